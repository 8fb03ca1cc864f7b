"""Scores of frames against texts, against a slow implementation."""

import math

import pytest
import torch

from cra_plugin.functional.evidence import frame_evidence, pool_evidence


def test_pooling_by_hand():
    """log mean exp of the real scores alone."""
    scores = torch.tensor([[0., math.log(3.), 99.], [2., 2., 2.]])
    mask = torch.tensor([[True, True, False], [True, True, True]])
    torch.testing.assert_close(pool_evidence(scores, mask),
                               torch.tensor([math.log(2.), 2.]))


def test_between_mean_and_maximum():
    scores = torch.randn(50, 7, generator=torch.Generator().manual_seed(0))
    pooled = pool_evidence(5 * scores, torch.ones(50, 7).bool())
    assert (pooled <= 5 * scores.amax(-1)).all()
    assert (pooled >= 5 * scores.mean(-1)).all()


@pytest.mark.parametrize('dtype', [torch.float32, torch.bfloat16])
def test_scores_are_float32(dtype):
    generator = torch.Generator().manual_seed(1)
    texts = torch.randn(2, 3, 8, generator=generator).to(dtype)
    frames = torch.randn(2, 5, 8, generator=generator).to(dtype)
    with torch.autocast('cpu', torch.bfloat16):
        scores = frame_evidence(texts, frames, 2.)
    assert scores.dtype == torch.float32
    for b, m, t in ((0, 0, 0), (1, 2, 4), (0, 1, 3)):
        expected = (texts[b, m].float() * frames[b, t].float()).sum() / 2
        torch.testing.assert_close(scores[b, m, t], expected)
