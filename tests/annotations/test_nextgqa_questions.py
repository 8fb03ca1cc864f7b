import pytest

from cra_plugin.annotations.nextgqa import find_nextgqa
from cra_plugin.annotations.nextgqa_questions import read_questions
from cra_plugin.errors import InputError


def fails(split, *words):
    with pytest.raises(InputError) as caught:
        find_nextgqa(split.write(), 'val')
    for word in words:
        assert word in str(caught.value)


def test_quoted_line_breaks_and_byte_order_marks_are_read(split):
    split.rows[0][4] = 'two\nlines'
    path = split.write() / 'val.csv'
    path.write_bytes(b'\xef\xbb\xbf' + path.read_bytes())
    assert read_questions(path)[0].question == 'two\nlines'


def test_order_and_extra_columns_do_not_matter(split):
    split.columns.append('note')
    for row in split.rows:
        row.append('')
    expected = read_questions(split.write() / 'val.csv')
    split.columns.reverse()
    for row in split.rows:
        row.reverse()
    assert read_questions(split.write() / 'val.csv') == expected


def as_nextqa(split):
    """The same questions as NExT-QA's own csv has them."""
    for row in split.rows:
        row[5] = str(row[8:].index(row[5]))
    split.columns[0] = 'video'


@pytest.mark.parametrize('sizes', [True, False])
def test_nextqa_is_the_same_in_other_words(split, sizes):
    expected = read_questions(split.write() / 'val.csv')
    as_nextqa(split)
    if not sizes:
        for row in (split.columns, *split.rows):
            del row[1:4]
    assert read_questions(split.write() / 'val.csv') == expected


@pytest.mark.parametrize('answer', ['5', '-1', '1.0', 'sit', '\u0661'])
def test_an_index_must_be_that_of_a_choice(split, answer):
    as_nextqa(split)
    split.rows[1][5] = answer
    fails(split, f'line 3, column answer: found {answer!r}; expected the '
          'index', 'stand')


def test_one_file_answers_in_one_way(split):
    """The text of a choice may be a number, which is no index then."""
    split.rows[2][5], split.rows[2][8:] = '3', ['3', '2', '1', '0', '4']
    assert read_questions(split.write() / 'val.csv')[2].answer == 0
    split.rows[0][5], split.rows[1][5] = '1', '0'
    assert read_questions(split.write() / 'val.csv')[2].answer == 3
    split.rows = split.rows[2:]
    fails(split, "line 2, column answer: found '3', as text choice 0 and as "
          'index choice 3')
    split.rows[0][5] = '4'
    assert read_questions(split.write() / 'val.csv')[0].answer == 4


def test_an_empty_file_has_no_questions(split):
    split.rows = []
    fails(split, 'val.csv', 'no rows')
    (split.folder / 'val.csv').write_text('')
    with pytest.raises(InputError, match='an empty file'):
        read_questions(split.folder / 'val.csv')


@pytest.mark.parametrize('column', ['question', 'qid', 'a4', 'video_id'])
def test_a_missing_column_is_named(split, column):
    split.columns[split.columns.index(column)] = 'other'
    fails(split, 'line 1', f'no column {column}')


def test_a_sixth_choice_is_refused(split):
    split.columns.append('a5')
    for row in split.rows:
        row.append('x')
    fails(split, 'line 1', "'a5'", 'the 5 choices')


def test_a_row_of_another_length_is_refused(split):
    split.rows[1].append('surplus')
    fails(split, 'line 3', '14 cells', '13')


@pytest.mark.parametrize('column', [0, 4, 5, 6, 7, 10])
def test_an_empty_cell_is_refused(split, column):
    split.rows[2][column] = ' '
    fails(split, 'line 4', f'column {split.columns[column]}', 'empty')


def test_an_answer_must_be_a_choice(split):
    split.rows[1][5] = 'Sit'
    fails(split, 'line 3, column answer', "'Sit'", 'stand')


def test_a_qid_occurs_once_a_video(split):
    split.rows[1][6] = '0'
    fails(split, 'line 3, column qid', 'video v1', 'first in line 2')


def test_a_column_twice(split):
    split.columns[0] = 'question'
    fails(split, 'line 1', 'the column question twice')


def test_text_must_be_utf8(split):
    path = split.write() / 'val.csv'
    path.write_bytes(path.read_bytes() + b'\xff')
    with pytest.raises(InputError, match=r'byte .* not UTF-8'):
        read_questions(path)


def test_a_question_needs_spans(split):
    del split.spans['v1']['location']['10']
    fails(split, 'gsub_val.json, video v1', 'no question 10')
    del split.spans['v1']
    fails(split, 'gsub_val.json', 'no video v1')
