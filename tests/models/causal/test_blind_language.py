"""What the texts alone say is taken off."""

import math

import pytest
import torch

from cra_plugin.errors import InputError
from cra_plugin.models.causal.blind_language import (
    BlindLanguage,
    subtract_blind,
)


def test_subtraction_by_hand():
    """p (1/2, 1/3, 1/6) and b (1/4, 1/4, 1/2), each up to a constant."""
    logits = torch.tensor([[3., 2., 1.]]).log()
    blind = torch.tensor([[1., 1., 2.]]).log() + 5
    for alpha, expected in ((0., (1 / 2, 1 / 3, 1 / 6)),
                            (1., (2., 4 / 3, 1 / 3)),
                            (.5, (1., 2 / 3, 1 / 6 / .5**.5))):
        torch.testing.assert_close(
            subtract_blind(logits, blind, alpha),
            torch.tensor([expected]).log())


def test_a_hint_alone_loses():
    """The blind favorite wins by a little, and is not chosen any more."""
    logits = torch.tensor([[1.1, 1.0, 0.]])
    blind = torch.tensor([[2., 0., 0.]])
    assert subtract_blind(logits, blind, 0.).argmax() == 0
    assert subtract_blind(logits, blind, .5).argmax() == 1


def test_loss_by_hand_and_no_gradient_into_the_texts():
    module = BlindLanguage(2)
    module.scorer = torch.nn.Linear(2, 1, bias=False)
    with torch.no_grad():
        module.scorer.weight.copy_(torch.tensor([[1., 0.]]))
    candidates = torch.tensor([[[math.log(3.), 5.], [0., 7.]]],
                              requires_grad=True)
    loss = module.loss(candidates, torch.tensor([1]))
    assert loss.item() == pytest.approx(math.log(4.))
    loss.backward()
    assert candidates.grad is None
    torch.testing.assert_close(
        module.scorer.weight.grad,
        torch.tensor([[.75 * math.log(3.), .75 * (5. - 7.)]]))


@pytest.mark.parametrize('alpha', [-1, float('inf'), False, 'half'])
def test_bad_alphas(alpha):
    with pytest.raises(InputError, match=r'BlindLanguage\.alpha: found'):
        BlindLanguage(2, alpha=alpha)
