import pytest
from filelock import FileLock
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cra_plugin.causal_features.conllu_parser import CoNLLUParser
from cra_plugin.causal_features.parse_cache import parse_into_cache
from cra_plugin.errors import InputError
from tests.causal_features.toy_parser import ToyParser

TEXTS = ['a dog', 'what is it. a cat', '', 'a  dog', '# batch = 3',
         '# newdoc id = 7', 'why', 'Zoë runs', 'how many', '  ', 'the end']
PARSED = 8


@pytest.fixture
def cache(tmp_path):
    return tmp_path / 'new' / 'parses.conllu'


@pytest.fixture(scope='module')
def whole(tmp_path_factory):
    """What an unbroken run writes."""
    path = tmp_path_factory.mktemp('whole') / 'parses.conllu'
    assert parse_into_cache(TEXTS, ToyParser(), path, 3) == PARSED
    return path.read_bytes()


def test_every_text_is_parsed_once_and_in_batches(cache):
    parser = ToyParser()
    parse_into_cache(TEXTS, parser, cache, 3)
    assert [len(batch) for batch in parser.batches] == [3, 3, 2]
    assert parser.texts == list(dict.fromkeys(
        ' '.join(text.split()) for text in TEXTS if text.strip()))


def test_what_is_written_is_read_back(cache):
    parse_into_cache(TEXTS, ToyParser(), cache)
    stored = CoNLLUParser(cache)
    stored.require(TEXTS)
    assert stored.name == 'toy 1' and len(stored) == PARSED
    document, = stored.parse(['what is it. a cat'])
    assert [len(sentence.words) for sentence in document.sentences] == [3, 2]


def test_nothing_is_parsed_twice(cache):
    parse_into_cache(TEXTS[:3], ToyParser(), cache, 3)
    parser = ToyParser()
    assert parse_into_cache(TEXTS, parser, cache, 3) == PARSED - 2
    assert not {'a dog', 'what is it. a cat'} & set(parser.texts)
    before = cache.read_bytes()
    assert parse_into_cache(TEXTS, ToyParser(stop_after=0), cache) == 0
    assert cache.read_bytes() == before


@pytest.mark.parametrize('batches', [0, 1, 2])
def test_killed_between_batches(cache, whole, batches):
    with pytest.raises(KeyboardInterrupt):
        parse_into_cache(TEXTS, ToyParser(batches), cache, 3)
    assert parse_into_cache(TEXTS, ToyParser(), cache, 3) == (
        PARSED - 3 * batches)
    assert cache.read_bytes() == whole


@settings(deadline=None, max_examples=60,
          suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_killed_while_writing(tmp_path, whole, data):
    """Cut off at any byte, the file ends the same."""
    cache = tmp_path / 'parses.conllu'
    cache.write_bytes(whole[:data.draw(st.integers(0, len(whole)))])
    parse_into_cache(TEXTS, ToyParser(), cache, 3)
    assert cache.read_bytes() == whole


def test_another_parser_is_refused(cache):
    parse_into_cache(['a dog'], ToyParser(), cache)
    before = cache.read_bytes()
    other = ToyParser()
    other.name = 'toy 2'
    with pytest.raises(InputError) as caught:
        parse_into_cache(['a dog', 'a cat'], other, cache)
    for word in (f'{cache}, line 1', 'toy 1', 'toy 2', '--parser conllu'):
        assert word in str(caught.value)
    assert cache.read_bytes() == before


def test_trees_of_no_named_parser_are_refused(cache):
    cache.parent.mkdir()
    cache.write_text('# text = a\n1\ta\ta\tX\t_\t_\t0\troot\t_\t_\n')
    with pytest.raises(InputError, match='no named parser'):
        parse_into_cache(['a dog'], ToyParser(), cache)


def test_a_mixed_up_cache_is_refused_and_kept(cache, whole):
    cache.parent.mkdir()
    mixed = whole.replace(b'\tdog\tdog', b'\tcat\tcat')
    cache.write_bytes(mixed)
    with pytest.raises(InputError, match="spell 'acat'"):
        parse_into_cache(TEXTS, ToyParser(), cache)
    assert cache.read_bytes() == mixed


@pytest.mark.parametrize('edit', [
    lambda text: text + '# newdoc id = by hand\n# parser = toy 1\n'
    '1\tby\tby\tX\t_\t_\t0\troot\t_\t_\n'
    '2\thand\thand\tX\t_\t_\t1\tdep\t_\t_\n\n',
    lambda text: text.replace('\n', '\r\n')])
def test_a_cache_edited_by_hand_is_kept(cache, whole, edit):
    cache.parent.mkdir()
    edited = edit(whole.decode()).encode()
    cache.write_bytes(edited)
    assert parse_into_cache(TEXTS, ToyParser(), cache) == 0
    assert cache.read_bytes() == edited


def test_a_cache_that_lost_its_names_is_refused_and_kept(cache, whole):
    cache.parent.mkdir()
    edited = b''.join(line for line in whole.splitlines(keepends=True)
                      if not line.startswith((b'# newdoc', b'# parser')))
    cache.write_bytes(edited)
    with pytest.raises(InputError, match='no named parser'):
        parse_into_cache(TEXTS, ToyParser(), cache)
    assert cache.read_bytes() == edited


def test_one_writer_at_a_time(cache):
    cache.parent.mkdir()
    with FileLock(f'{cache}.lock'), pytest.raises(
            InputError, match='another run'):
        parse_into_cache(TEXTS, ToyParser(), cache)
    assert parse_into_cache(TEXTS, ToyParser(), cache) == PARSED


def test_a_parser_that_loses_letters_is_refused(cache):
    parser = ToyParser()
    parser._parse = lambda text: ToyParser._parse(text[:-1])
    with pytest.raises(InputError, match="'a dog': found a parse of 'ado'"):
        parse_into_cache(['a dog'], parser, cache)
    assert not cache.exists()


def test_unwritable(tmp_path):
    (tmp_path / 'file').touch()
    with pytest.raises(InputError, match='file: found a file'):
        parse_into_cache(['a'], ToyParser(), tmp_path / 'file' / 'c.conllu')
    with pytest.raises(InputError, match='a regular file'):
        parse_into_cache(['a'], ToyParser(), '/dev/null')
