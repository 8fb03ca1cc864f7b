"""Words that are hidden, to be guessed."""

import pytest
import torch

from cra_plugin.functional.hidden_words import draw_hidden_words

MASK = 9


@pytest.mark.parametrize('prob', [1e-9, .5])
def test_words_are_hidden_and_nothing_else(prob):
    generator = torch.Generator().manual_seed(0)
    tokens = torch.randint(0, MASK, (6, 9), generator=generator)
    tokens[:, 4] = MASK
    real = torch.arange(9) < torch.tensor([9, 8, 7, 6, 3, 2])[:, None]
    place = torch.arange(9)
    words = real & (place > 0) & (place < real.sum(1, keepdim=True) - 1) & (
        tokens != MASK)
    torch.manual_seed(0)
    hidden = torch.stack([draw_hidden_words(tokens, real, MASK, prob)
                          for _ in range(200)])
    assert not (hidden & ~words).any()
    # The last text has no word.
    assert (hidden.any(-1) == words.any(-1)).all()
    assert words.any(-1).tolist() == [True] * 5 + [False]
    assert hidden.any(0).equal(words)
    if prob < .1:
        assert hidden.sum(-1).max() == 1
    else:
        often = hidden[:, :4][:, words[:4]].float().mean()
        assert .5 < often < .65  # one is hidden in any case
