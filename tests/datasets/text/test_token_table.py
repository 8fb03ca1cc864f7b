import numpy as np

from cra_plugin.datasets.text import token_table
from cra_plugin.datasets.text.token_table import TokenTable

TEXTS = ['a b', 'b', '', 'a a c']


def count_texts(monkeypatch, table):
    """Record every text the tokenizer is given."""
    given = []
    encode = table._encode
    monkeypatch.setattr(
        table, '_encode', lambda texts: given.extend(texts) or encode(texts))
    return given


def test_each_text_is_encoded_once(monkeypatch, make_tokenizer):
    monkeypatch.setattr(token_table, '_BATCH_TEXTS', 2)
    tokenizer = make_tokenizer(TEXTS)
    table = TokenTable(tokenizer)
    given = count_texts(monkeypatch, table)
    table.prepare(TEXTS + TEXTS)
    table.prepare(iter(TEXTS))
    for text in TEXTS * 3:
        expected = tokenizer(text, add_special_tokens=False)['input_ids']
        assert table[text].tolist() == expected
        assert table[text].dtype == np.int32
    assert given == TEXTS and len(table) == 4


def test_unknown_texts_are_encoded_on_demand(monkeypatch, make_tokenizer):
    table = TokenTable(make_tokenizer(['a b']))
    given = count_texts(monkeypatch, table)
    expected = table.tokenizer('a b', add_special_tokens=False)['input_ids']
    assert table['a b'].tolist() == expected
    assert given == ['a b'] and len(table) == 0
