"""What a text encoder must compute, by hand."""

import torch
from torch import nn

from cra_plugin.apis.matrix_rate import text_operations
from cra_plugin.models.text_encoders import HFTextEncoder


def encoder(layers=2):
    return HFTextEncoder(4, config={
        'model_type': 'roberta', 'vocab_size': 30, 'hidden_size': 8,
        'num_hidden_layers': layers, 'num_attention_heads': 2,
        'intermediate_size': 16, 'pad_token_id': 1})


def test_operations_of_real_tokens():
    """Four 8 x 8 matrices and two 8 x 16 ones a layer, and attention."""
    choices = [torch.arange(9) < torch.tensor([[3], [9]])]
    questions = [torch.arange(7) < torch.tensor([[5]])]
    tokens, squares = 3 + 9 + 5, 9 + 81 + 25
    forward = 2 * (2 * (4 * 64 + 2 * 128) * tokens + 4 * 8 * squares)
    assert text_operations(encoder(), {
        'choice_mask': choices, 'question_mask': questions,
        'choice_tokens': choices}) == 3 * forward
    alone = text_operations(encoder(), {'choice_mask': choices})
    assert alone < 3 * forward
    # As collated into one tensor.
    assert text_operations(encoder(), {
        'choice_mask': torch.stack(choices)}) == alone


def test_padding_counts_nothing():
    mask = torch.ones(1, 2, 5, dtype=torch.bool)
    padded = nn.functional.pad(mask, (0, 9))
    found = [text_operations(encoder(1), {'choice_mask': each})
             for each in (mask, padded)]
    assert found[0] == found[1] > 0
