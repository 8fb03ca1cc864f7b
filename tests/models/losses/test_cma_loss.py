import math

import pytest
import torch

from cra_plugin.models.losses.cma_loss import CMALoss, cma_loss
from cra_plugin.registry import MODELS


def pairs(batch=5, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(2, batch, 8, generator=generator)


def slow(query, keys, videos, temperature=.07):
    """InfoNCE of each row, without those of the same video."""
    total = 0.
    for row in range(len(query)):
        terms = {
            other: math.exp(float(torch.cosine_similarity(
                query[row], keys[other], dim=0)) / temperature)
            for other in range(len(keys))
            if other == row or videos[other] != videos[row]}
        total -= math.log(terms[row] / sum(terms.values()))
    return total / len(query)


@pytest.mark.parametrize('videos', [[0, 1, 2, 3, 4], [0, 0, 2, 0, 2]])
def test_both_directions_against_a_loop(videos):
    video, text = pairs()
    there, back = slow(text, video, videos), slow(video, text, videos)
    assert there != pytest.approx(back, rel=1e-3)
    found = {
        directions: float(CMALoss(directions=directions, loss_weight=1.)(
            video, text, torch.tensor(videos)))
        for directions in (('text_to_video', ), ('video_to_text', ),
                           ('text_to_video', 'video_to_text'))}
    assert list(found.values()) == pytest.approx(
        [there, back, (there + back) / 2], rel=1e-4)


def test_samples_of_one_video_count_where_asked():
    video, text = pairs()
    same = torch.tensor([0, 0, 2, 0, 2])
    unmasked = CMALoss(mask_same_video=False)(video, text, same)
    torch.testing.assert_close(
        unmasked, CMALoss()(video, text, torch.arange(5)))
    assert unmasked != CMALoss()(video, text, same)


def test_one_video_only_gives_nothing_to_learn():
    video, text = pairs()
    for negatives in ('batch', 'sampled'):
        loss = CMALoss(negatives=negatives)
        video.requires_grad_()
        value = loss(video, text, torch.zeros(5))
        value.backward()
        assert value == 0 and not video.grad.any()


def test_weight_and_temperature():
    video, text = pairs()
    videos = torch.arange(5)
    whole = CMALoss(loss_weight=2., temperature=.5)(video, text, videos)
    assert whole == pytest.approx(
        slow(text, video, videos, .5) + slow(video, text, videos, .5),
        rel=1e-4)
    assert CMALoss().loss_weight == 0.5
    torch.testing.assert_close(cma_loss(video, text, temperature=.5),
                               whole / 2)


@pytest.mark.parametrize('masked', [False, True])
def test_sampled_negatives_exclude_what_they_must(masked):
    # One other sample is allowed, so that every draw is known.
    video, text = pairs(3)
    videos = torch.tensor([0, 0, 1] if masked else [0, 1, 2])
    loss = CMALoss(negatives='sampled', num_negatives=4,
                   mask_same_video=masked, directions=('text_to_video', ),
                   loss_weight=1.)
    if not masked:
        video, text, videos = video[:2], text[:2], videos[:2]
    others = ([2], [2], [0, 1]) if masked else ([1], [0])

    def value(row, negatives):
        def term(other):
            return math.exp(float(torch.cosine_similarity(
                text[row], video[other], dim=0)) / .07)
        near = term(row)
        return -math.log(near / (near + sum(map(term, negatives))))

    possible = {0.}
    for row, allowed in enumerate(others):
        draws = [[allowed[0]] * n + [allowed[-1]] * (4 - n)
                 for n in range(5 if len(allowed) > 1 else 1)]
        possible = {p + value(row, draw) for p in possible for draw in draws}
    found = float(loss(video, text, videos)) * len(others)
    assert any(found == pytest.approx(p, rel=1e-4) for p in possible)


def test_sampled_negatives_depend_on_the_seed_alone():
    video, text = pairs(20)
    loss = CMALoss(negatives='sampled', num_negatives=3)
    values = []
    for seed in (0, 0, 1):
        torch.manual_seed(seed)
        values.append(float(loss(video, text, torch.arange(20))))
    assert values[0] == values[1] != values[2]


@pytest.mark.parametrize('negatives', ['batch', 'sampled'])
def test_a_step_down_the_gradient_aligns_the_pairs(negatives):
    video, text = pairs().requires_grad_().unbind()
    torch.manual_seed(0)
    loss = CMALoss(negatives=negatives)
    grads = torch.autograd.grad(
        loss(video, text, torch.arange(5)), (video, text))
    before = torch.cosine_similarity(video, text).mean()
    after = torch.cosine_similarity(
        video - grads[0], text - grads[1]).mean()
    assert after > before
    assert all((grad.abs().sum(1) > 0).all() for grad in grads)


def test_one_sample_is_fine():
    video, text = pairs(1)
    for negatives in ('batch', 'sampled'):
        assert CMALoss(negatives=negatives)(
            video, text, torch.zeros(1)) == 0


def test_registered_and_refusing():
    assert isinstance(MODELS.build({'type': 'cra_plugin.CMALoss'}), CMALoss)
    for settings, word in (({'directions': ('up', )}, 'directions'),
                           ({'directions': ()}, 'directions'),
                           ({'negatives': 'hard'}, 'negatives')):
        with pytest.raises(ValueError, match=f'CMALoss.{word}: found'):
            CMALoss(**settings)
