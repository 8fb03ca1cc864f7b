import copy
import json
import string

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cra_plugin.annotations.star import read_star
from cra_plugin.errors import InputError
from cra_plugin.structures.video_question import VideoQuestion


def choices(*texts):
    return [{'choice_id': index, 'choice': text}
            for index, text in enumerate(texts)]


ENTRIES = [
    {'question_id': 'Interaction_T1_13', 'video_id': '6H78U',
     'question': 'Which cup was filled?', 'start': 11.1, 'end': 19,
     'answer': 'The tall one.', 'question_program': [{'function': 'x'}],
     'choices': choices('The red one.', 'The old one.', 'The tall one.',
                        'None.')},
    {'question_id': 'Feasibility_T3_2', 'video_id': '6H78U',
     'question': 'What else can be washed?', 'start': 0, 'end': 0.0,
     'answer': 'A.', 'choices': choices('A.', 'B.', 'A.', 'C.')},
]


@pytest.fixture
def entries():
    return copy.deepcopy(ENTRIES)


@pytest.fixture
def read(tmp_path):
    def write_and_read(content):
        path = tmp_path / 'STAR_val.json'
        path.write_text(json.dumps(content), encoding='utf-8')
        return read_star(path)

    return write_and_read


@pytest.fixture
def fails(read):
    def check(content, *words):
        with pytest.raises(InputError) as caught:
            read(content)
        for word in ('STAR_val.json', *words):
            assert word in str(caught.value)

    return check


def test_a_split_is_read(read, entries, tmp_path):
    found = read(entries)
    assert found.questions == [
        VideoQuestion('6H78U', 'Interaction_T1_13', 'Which cup was filled?',
                      ('The red one.', 'The old one.', 'The tall one.',
                       'None.'), 2, 'Interaction', ((11.1, 19.0), ), None),
        VideoQuestion('6H78U', 'Feasibility_T3_2', 'What else can be washed?',
                      ('A.', 'B.', 'A.', 'C.'), 0, 'Feasibility',
                      ((0.0, 0.0), ), None),
    ]
    assert found.source == str(tmp_path / 'STAR_val.json')
    assert found.durations == {} and found.frame_times == {}
    assert found.questions[0].key == '6H78U_Interaction_T1_13'
    assert all(type(time) is float for question in found.questions
               for time in question.spans[0])


def test_choices_are_in_the_order_of_their_identifiers(read, entries):
    entries[0]['choices'].reverse()
    assert read(entries).questions == read(ENTRIES).questions


def test_a_test_split_has_no_answers_and_maybe_no_spans(read, entries):
    del entries[0]['answer'], entries[1]['start'], entries[1]['end']
    entries[1]['answer'] = None
    first, second = read(entries).questions
    assert first.answer is None and second.answer is None
    assert first.spans == ((11.1, 19.0), ) and second.spans == ()


@pytest.mark.parametrize('question_type', ['Interaction', 'Sequence',
                                           'Prediction', 'Feasibility'])
def test_types_are_the_start_of_the_identifier(read, entries, question_type):
    entries[0]['question_id'] = f'{question_type}_T6_1_2'
    question = read(entries).questions[0]
    assert question.type == question_type
    assert question.qid == f'{question_type}_T6_1_2'


@pytest.mark.parametrize('question_id', ['Sequence', 'sequence_T1_1', '_1',
                                         'Reasoning_T1_1', 'SequenceT_1'])
def test_other_types_are_refused(fails, entries, question_id):
    entries[1]['question_id'] = question_id
    fails(entries, 'entry 1, field question_id', repr(question_id),
          'Interaction, Sequence, Prediction, Feasibility')


@pytest.mark.parametrize('field', ['question_id', 'question', 'video_id'])
@pytest.mark.parametrize('value', ['', ' \n', 7, None, ['x'], '\ud800'])
def test_texts_are_needed(fails, entries, field, value):
    entries[1][field] = value
    fails(entries, 'entry 1', f'field {field}', repr(value), 'Fix')
    del entries[1][field]
    fails(entries, 'entry 1', f'field {field}', 'no such field')


@pytest.mark.parametrize('answer', ['the tall one.', 'The tall one. ', 2, ''])
def test_an_answer_must_be_a_choice(fails, entries, answer):
    entries[0]['answer'] = answer
    fails(entries, "entry 0, question 'Interaction_T1_13', field answer",
          repr(answer))


@pytest.mark.parametrize('value, found', [
    (None, 'None'), ('A', "'A'"), ({}, '{}'), ([], '0 choices'),
    (choices(*'abcde'), '5 choices')])
def test_four_choices_are_needed(fails, entries, value, found):
    entries[0]['choices'] = value
    fails(entries, 'entry 0', 'field choices', found, 'a list of 4')


@pytest.mark.parametrize('choice, words', [
    ('None.', ('choice 3', "'None.'", 'an object')),
    ({'choice': 'x'}, ('choice 3, field choice_id', 'no such field')),
    ({'choice_id': 3.0, 'choice': 'x'}, ('field choice_id', '3.0')),
    ({'choice_id': '3', 'choice': 'x'}, ('field choice_id', "'3'")),
    ({'choice_id': 0, 'choice': 'x'}, ('field choice_id: found 0', 'other')),
    ({'choice_id': 3}, ('choice 3, field choice', 'no such field')),
    ({'choice_id': 3, 'choice': ' '}, ('choice 3, field choice', "' '"))])
def test_choices_are_numbered_texts(fails, entries, choice, words):
    entries[0]['choices'][3] = choice
    fails(entries, "entry 0, question 'Interaction_T1_13', field choices",
          *words)


def test_a_truth_value_is_no_identifier(fails, entries):
    entries[0]['choices'][0]['choice_id'] = False
    fails(entries, 'choice 0, field choice_id', 'False', 'whole number')


@pytest.mark.parametrize('start, end, words', [
    (5, 4.5, ('fields start and end', '5 to 4.5', 'swap')),
    (-1.01, 3, ('field start', '-1.01', '0 s')),
    (None, 3, ('field start', 'None', 'neither')),
    (3, None, ('field end', 'None', 'neither')),
    ('1', 3, ('field start', "'1'")), (True, 3, ('field start', 'True')),
    (0, float('inf'), ('field end', 'inf')),
    (float('nan'), 3, ('field start', 'nan')),
    (0, 10**400, ('field end', 'finite'))])
def test_a_span_is_two_times_in_order(fails, entries, start, end, words):
    entries[1] |= {'start': start, 'end': end}
    fails(entries, "entry 1, question 'Feasibility_T3_2'", *words)


def test_a_span_may_start_a_little_early(read, entries):
    entries[1]['start'] = -1
    assert read(entries).questions[1].spans == ((-1.0, 0.0), )


def test_a_question_occurs_once(fails, entries):
    entries[1]['question_id'] = entries[0]['question_id']
    entries[1]['video_id'] = 'other'
    fails(entries, 'entry 1, field question_id', "'Interaction_T1_13' again",
          'entry 0')


def test_a_file_is_a_list_of_objects(fails, entries, tmp_path):
    fails([], 'an empty list')
    fails({'a': entries}, 'a JSON dict', 'a JSON list')
    fails([entries[0], entries], 'entry 1', 'an object')
    with pytest.raises(InputError, match='no such file'):
        read_star(tmp_path / 'none.json')


TEXTS = st.one_of(
    st.text(max_size=5),
    st.text(string.ascii_letters + '_\ud800', max_size=5),
    st.sampled_from(['a', 'Sequence_1', 'Feasibility_T1_1', 'choice']))
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), TEXTS)
# Three levels, and not st.recursive, which draws again without a bound where
# it has drawn too many leaves.
INNER = SCALARS | st.lists(SCALARS, max_size=3) | st.dictionaries(
    TEXTS, SCALARS, max_size=3)
VALUES = SCALARS | st.lists(INNER, max_size=4) | st.dictionaries(
    TEXTS, INNER, max_size=3)


@settings(max_examples=200, deadline=None, suppress_health_check=[
    HealthCheck.function_scoped_fixture])
@given(VALUES)
def test_any_json_is_read_or_refused(read, content):
    with pytest.raises(InputError):
        read(content)


@settings(max_examples=300, deadline=None, suppress_health_check=[
    HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_split_with_any_value_anywhere_is_read_or_refused(read, data):
    content = copy.deepcopy(ENTRIES)
    place = data.draw(st.sampled_from([
        content, content[0], content[1], content[0]['choices'],
        content[0]['choices'][2], content[1]['choices'][0]]))
    key = data.draw(st.sampled_from(
        sorted(place) if isinstance(place, dict) else range(len(place))))
    place[key] = data.draw(VALUES)
    try:
        found = read(content)
    except InputError as error:
        assert 'STAR_val.json' in str(error) and 'Fix' in str(error)
        str(error).encode()
    else:
        assert len(found.questions) == 2
        for question in found.questions:
            assert len(question.choices) == 4
            assert question.answer is None or 0 <= question.answer < 4


def test_damaged_bytes_are_refused(entries, tmp_path):
    path = tmp_path / 'STAR_train.json'
    whole = json.dumps(entries).encode()
    for damaged in (b'', whole[:-1], b'\xff' + whole, b'[' * 100000):
        path.write_bytes(damaged)
        with pytest.raises(InputError, match=r'_train\.json.*(not|nested)'):
            read_star(path)
