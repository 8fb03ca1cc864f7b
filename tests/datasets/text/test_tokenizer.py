import pytest

from cra_plugin.datasets.text.tokenizer import SpecialTokens, load_tokenizer
from cra_plugin.errors import InputError


def test_loads_a_folder(tokenizer_folder):
    tokenizer = load_tokenizer(str(tokenizer_folder))
    assert SpecialTokens.of(tokenizer) == SpecialTokens(0, 2, 1)


def test_bos_and_eos_stand_in(make_tokenizer):
    tokenizer = make_tokenizer(['a'], bos_token='<s>', eos_token='</s>')
    assert SpecialTokens.of(tokenizer) == SpecialTokens(0, 2, 2)
    assert SpecialTokens.of(tokenizer, 'a') == SpecialTokens(0, 4, 4)


def test_no_special_tokens(make_tokenizer):
    tokenizer = make_tokenizer(['a'], eos_token='</s>')
    with pytest.raises(InputError, match='cls None, bos None'):
        SpecialTokens.of(tokenizer)
    tokenizer = make_tokenizer(['a'], bos_token='<s>', eos_token='</s>')
    with pytest.raises(InputError, match='asked separator nope'):
        SpecialTokens.of(tokenizer, 'nope')


def test_a_folder_without_tokenizer(tmp_path):
    for name in (tmp_path, tmp_path / 'missing'):
        with pytest.raises(InputError, match='nothing usable of that name'):
            load_tokenizer(str(name))
