"""The words whose probabilities answer, as a tokenizer knows them."""

from cra_plugin.models.language_models.answer_words import read_answer_words


def test_another_mask_than_the_tokenizers_is_told(tiny_world, caplog):
    folder = str(tiny_world / 'text')
    own = read_answer_words(folder, ('Yes', 'No'), None, 10**6)
    read_answer_words(folder, ('Yes', 'No'), own.mask_token_id, 10**6)
    assert not caplog.messages
    other = own.mask_token_id + 1
    found = read_answer_words(folder, ('Yes', 'No'), other, 10**6)
    assert found.mask_token_id == other
    (warning, ) = caplog.messages
    assert (f'mask_token_id={other}, while the tokenizer has '
            f'{own.mask_token_id}: ') in warning
