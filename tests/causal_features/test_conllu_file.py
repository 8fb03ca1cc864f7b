from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stanza.utils.conll import CoNLL

from cra_plugin.causal_features.conllu_file import read_conllu
from cra_plugin.errors import InputError

FIXTURE = Path(__file__).resolve().parents[1] / 'data' / 'questions.conllu'


def word(number, form, misc='_'):
    return f'{number}\t{form}\t_\tX\t_\t_\t0\troot\t_\t{misc}'


def sentence(*forms, comments=()):
    return '\n'.join([*comments, *(
        word(number, form) for number, form in enumerate(forms, 1))])


@pytest.fixture
def read(tmp_path):
    """Write sentences to a file and read its documents."""

    def read_sentences(*sentences, end='\n\n'):
        path = tmp_path / 'parses.conllu'
        path.write_bytes(('\n\n'.join(sentences) + end).encode())
        return list(read_conllu(path))

    return read_sentences


def test_the_identifier_is_the_text(read):
    parse, = read(sentence('a', 'dog', '.', comments=[
        '# newdoc id = a dog.', '# parser = mine 1', '# text = a dog.']))
    assert (parse.text, parse.parser) == ('a dog.', 'mine 1')
    assert parse.place.endswith('parses.conllu, line 1')


def test_another_identifier_is_not_the_text(read):
    parse, = read(sentence('a', 'dog', comments=[
        '# newdoc id = weblog-12', '# text = a dog']))
    assert (parse.text, parse.parser) == ('a dog', '')


def test_several_sentences_are_one_document(read):
    first, second = read(
        sentence('Go', '!', comments=['# newdoc', '# text = Go!']),
        sentence('Stop', '!', comments=['# text = Stop!']),
        sentence('dogs', comments=['# newdoc', '# text = dogs']))
    assert (first.text, second.text) == ('Go! Stop!', 'dogs')
    assert first.lines.count('# text') == 2
    assert second.place.endswith('line 10')
    assert len(CoNLL.conll2doc(input_str=first.lines + '\n\n').sentences) == 2


def test_without_documents_each_sentence_is_one(read):
    parses = read(sentence('Go', comments=['# text = Go']),
                  sentence('Stop', comments=['# text = Stop']))
    assert [parse.text for parse in parses] == ['Go', 'Stop']


def test_blank_lines_between_and_none_at_the_end(read):
    parses = read(sentence('a', comments=['# text = a']),
                  '\n' + sentence('b', comments=['# text = b']), end='')
    assert [parse.text for parse in parses] == ['a', 'b']
    assert [parse.place[-6:] for parse in parses] == ['line 1', 'line 5']


def test_a_byte_order_mark_and_blanks_on_blank_lines(tmp_path):
    path = tmp_path / 'parses.conllu'
    lines = '\n \t\n'.join(
        sentence(form, comments=[f'# text = {form}']) for form in 'ab')
    path.write_bytes(b'\xef\xbb\xbf' + lines.encode())
    assert [parse.text for parse in read_conllu(path)] == ['a', 'b']


def test_ranges_spell_and_the_words_they_cover_do_not(read):
    parse, = read('\n'.join([
        "# text = we don't know", word(1, 'we'), word('2-3', "don't"),
        word(2, 'do'), word(3, "n't"), word('3.1', 'really'),
        word(4, 'know')]))
    assert parse.text == "we don't know"


def test_words_with_blanks_inside(read):
    parse, = read(sentence('1 000', 'dogs', comments=['# text = 1 000 dogs']))
    assert parse.text == '1 000 dogs'


def test_the_fixture_is_read_as_stanza_reads_it():
    parses = list(read_conllu(FIXTURE))
    documents = CoNLL.conll2multi_docs(FIXTURE)
    assert len(parses) == len(documents) == 60
    for parse, document in zip(parses, documents):
        assert parse.text == document.sentences[0].doc_id


def test_nothing_in_nothing(read):
    assert read(end='') == [] == read(end='\n\n\n')


@pytest.mark.parametrize(('sentences', 'words'), [
    ((sentence('cat', comments=['# newdoc id = dog', '# text = dog']), ),
     ("line 1: found words that spell 'cat'", "'dog'")),
    ((sentence('cat'), ), ("spell 'cat' under the text ''", )),
    ((sentence('Go', comments=['# newdoc id = Go on', '# text = Go on']), ),
     ("spell 'Go' under the text 'Go on'", 'mixed up or cut off')),
    (('# text = dog\n1\tdog\tdog', ), ('line 2: found 3 columns', )),
    (('# text = dog\n' + word('x', 'dog'), ),
     ("line 2: found the word number 'x'", )),
    (('# text = dog\n' + word('1-', 'dog') + '\n' + word('-2', 'cat'), ),
     ("line 3: found the word number '-2'", )),
    (('# text = ', ), ('line 1: found a sentence without words', )),
    (('what is this', ), ('line 1: found 1 columns', )),
])
def test_mixed_up_files(read, sentences, words):
    with pytest.raises(InputError) as caught:
        read(*sentences)
    for expected in words:
        assert expected in str(caught.value)


def test_missing_and_unreadable(tmp_path):
    with pytest.raises(InputError, match='no such file'):
        list(read_conllu(tmp_path / 'none'))
    with pytest.raises(InputError, match='a folder'):
        list(read_conllu(tmp_path))
    (tmp_path / 'd').write_bytes(b'# text = \xff\n')
    with pytest.raises(InputError, match='UTF-8'):
        list(read_conllu(tmp_path / 'd'))


@given(st.binary(max_size=200) | st.text(
    alphabet='#=\t\n 123-.abnewdoctxtid_', max_size=300).map(str.encode))
def test_anything_else_is_one_clear_error(content):
    import tempfile
    with tempfile.NamedTemporaryFile(suffix='.conllu') as file:
        file.write(content)
        file.flush()
        try:
            parses = list(read_conllu(file.name))
        except InputError as error:
            assert file.name in str(error)
        else:
            assert all(isinstance(parse.text, str) for parse in parses)
