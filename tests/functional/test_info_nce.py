import math

import pytest
import torch

from cra_plugin.functional.info_nce import in_batch_info_nce, info_nce


def vectors(*shape, seed=0):
    return torch.randn(
        *shape, generator=torch.Generator().manual_seed(seed))


def cosine(first, second):
    return float(first @ second / first.norm() / second.norm())


def test_explicit_negatives_by_hand():
    query = torch.tensor([[2., 0.]])
    positive = torch.tensor([[0., 3.]])
    negatives = torch.tensor([[[5., 0.], [0., -1.]]])
    # Cosines 0, 1 and 0.
    expected = math.log(2 + math.e)
    assert info_nce(query, positive, negatives, 1.) == pytest.approx(expected)
    expected = math.log(2 + math.exp(2))
    assert info_nce(query, positive, negatives, .5) == pytest.approx(expected)


def test_explicit_negatives_against_a_loop():
    query, positive = vectors(3, 5), vectors(3, 5, seed=1)
    negatives = vectors(3, 4, 5, seed=2)
    total = 0.
    for row in range(3):
        near = math.exp(cosine(query[row], positive[row]) / .07)
        far = sum(math.exp(cosine(query[row], each) / .07)
                  for each in negatives[row])
        total -= math.log(near / (near + far))
    assert info_nce(query, positive,
                    negatives) == pytest.approx(total / 3, rel=1e-4)


@pytest.mark.parametrize('masked', [False, True])
def test_in_batch_against_a_loop(masked):
    query, positive = vectors(4, 6), vectors(4, 6, seed=1)
    ignore = torch.zeros(4, 4, dtype=torch.bool)
    if masked:
        ignore[0, 2] = ignore[2, 0] = True
        ignore.fill_diagonal_(True)
    total = 0.
    for row in range(4):
        terms = [math.exp(cosine(query[row], positive[other]) / .2)
                 for other in range(4)
                 if other == row or not ignore[row, other]]
        near = math.exp(cosine(query[row], positive[row]) / .2)
        total -= math.log(near / sum(terms))
    found = in_batch_info_nce(query, positive, ignore if masked else None, .2)
    assert found == pytest.approx(total / 4, rel=1e-4)


def test_length_of_vectors_does_not_matter():
    query, positive = vectors(4, 6), vectors(4, 6, seed=1)
    scale = torch.tensor([[1.], [9.], [.1], [4.]])
    torch.testing.assert_close(
        in_batch_info_nce(query, positive),
        in_batch_info_nce(query * scale, positive * 3))


def test_matching_pairs_lose_less_and_one_sample_nothing():
    query = vectors(8, 16)
    assert in_batch_info_nce(query, query) < .1 < in_batch_info_nce(
        query, query.roll(1, 0))
    assert in_batch_info_nce(query[:1], query[1:2]) == 0
    everything = torch.ones(8, 8, dtype=torch.bool)
    assert in_batch_info_nce(query, -query, everything) == 0


def test_gradient_pulls_the_pair_together():
    query = vectors(4, 6).requires_grad_()
    positive = vectors(4, 6, seed=1)
    in_batch_info_nce(query, positive).backward()
    moved = query.detach() - .05 * query.grad
    before = torch.cosine_similarity(query.detach(), positive).mean()
    after = torch.cosine_similarity(moved, positive).mean()
    assert after > before
