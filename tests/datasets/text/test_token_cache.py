import numpy as np
import pytest

from cra_plugin.datasets.text import token_cache
from cra_plugin.datasets.text.token_cache import TokenCache
from cra_plugin.datasets.text.token_table import TokenTable

TEXTS = ['a b', 'b', '', 'a a c']


@pytest.fixture
def encode(monkeypatch, make_tokenizer, tmp_path):
    """Prepare a table of its own; tells the ids and what was encoded."""
    monkeypatch.setattr(token_cache, 'FEWEST_TEXTS', 3)
    made = {}

    def run(texts=TEXTS, words=TEXTS):
        tokenizer = made.setdefault(str(words), make_tokenizer(words))
        table = TokenTable(tokenizer, TokenCache(tmp_path / 'c', tokenizer))
        given, original = [], table._encode
        monkeypatch.setattr(table, '_encode', lambda batch: given.extend(
            batch) or original(batch))
        table.prepare(texts)
        rows = [table[text].tolist() for text in texts]
        assert rows == [tokenizer(text, add_special_tokens=False)['input_ids']
                        for text in texts]
        return given

    return run


def test_texts_are_encoded_by_the_first_run_only(encode, tmp_path):
    assert encode() == TEXTS
    assert encode() == []
    assert len(list((tmp_path / 'c').iterdir())) == 1


@pytest.mark.parametrize(('texts', 'words'), [
    (['a b', 'b', 'c'], TEXTS), (TEXTS[::-1], TEXTS),
    (['a b', 'b', '', 'a a d'], TEXTS), (TEXTS, [*TEXTS, 'd e'])])
def test_other_texts_and_tokenizers_are_others(encode, texts, words):
    encode()
    assert encode(texts, words) == texts


def test_few_texts_are_not_kept(encode, tmp_path):
    assert encode(['a', 'b']) == encode(['a', 'b']) == ['a', 'b']
    assert not (tmp_path / 'c').exists()


def shorten(path):
    path.write_bytes(path.read_bytes()[:-40])


def flip(path):
    content = bytearray(path.read_bytes())
    content[content.index(b'NUMPY') + 130] ^= 1
    path.write_bytes(content)


def other_size(path):
    np.savez(path, ids=np.zeros(3, np.int32), lengths=np.ones(4, np.int64))


def unknown_ids(path):
    np.savez(path, ids=np.full(4, 999, np.int32),
             lengths=np.ones(4, np.int64))


def no_file(path):
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize('damage', [
    shorten, flip, other_size, unknown_ids, no_file,
    lambda path: path.write_bytes(b''), lambda path: np.savez(path, a=1)])
def test_what_is_damaged_is_encoded_again(encode, tmp_path, damage):
    encode()
    damage(next((tmp_path / 'c').iterdir()))
    assert encode() == TEXTS
    assert encode() == ([] if damage is not no_file else TEXTS)


def test_where_nothing_can_be_written(encode, tmp_path):
    (tmp_path / 'c').write_text('a file in the place of the folder')
    assert encode() == encode() == TEXTS
