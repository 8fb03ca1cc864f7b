import pytest
import torch

from cra_plugin.models.causal.front_door import FrontDoorIntervention


def build(**settings):
    torch.manual_seed(0)
    return FrontDoorIntervention(16, 6, num_clusters=5, **settings).eval()


def inputs(batch=3, frames=7):
    generator = torch.Generator().manual_seed(1)
    mediator, video = torch.randn(2, batch, 16, generator=generator)
    return mediator, video, torch.randn(batch, frames, 16,
                                        generator=generator)


def attend(query, keys):
    """One query against some keys, which are their values."""
    scores = torch.stack([query @ key for key in keys]) / 16**.5
    return sum(w * key for w, key in zip(scores.softmax(0), keys))


def by_hand(module, mediator, video, sources):
    """One sample; ``sources`` are the features that A attends to."""
    confounders = [module.confounder_projection(each)
                   for each in module.dictionary.centers]
    within = attend(module.mediator_projection(mediator),
                    [module.video_projection(each) for each in sources])
    across = attend(module.video_projection(video), confounders)
    both = torch.cat((module.mediator_output(within),
                      module.confounder_output(across)))
    return module.norm(module.fusion(both) + mediator)


@pytest.mark.parametrize('trainable', [True, False])
def test_over_frames_by_hand(trainable):
    module = build(trainable=trainable)
    mediator, video, frames = inputs()
    found = module(mediator, video, frames)
    assert found.shape == (3, 16)
    for row in range(3):
        torch.testing.assert_close(
            found[row],
            by_hand(module, mediator[row], video[row], frames[row]))


def test_over_the_batch_by_hand():
    module = build(attention_over='batch')
    mediator, video, _ = inputs()
    found = module(mediator, video)
    for row in range(3):
        torch.testing.assert_close(
            found[row], by_hand(module, mediator[row], video[row], video))


def test_batch_mates_matter_to_the_released_one_only():
    mediator, video, frames = inputs()
    for over, matter in (('frames', False), ('batch', True)):
        module = build(attention_over=over)
        together = module(mediator, video, frames)[:1]
        alone = module(mediator[:1], video[:1], frames[:1])
        assert torch.allclose(together, alone, atol=1e-6) is not matter


def test_padding_changes_nothing():
    module = build()
    mediator, video, frames = inputs()
    frames[:, 4:] = 1e3
    mask = (torch.arange(7) < 4).expand(3, -1)
    torch.testing.assert_close(module(mediator, video, frames, mask),
                               module(mediator, video, frames[:, :4]))


def test_the_dictionary_matters_and_is_a_constant_by_default():
    module = build()
    before = module(*inputs())
    module.dictionary.fill(torch.randn(5, 6) * 3, 'a test')
    assert (module(*inputs()) - before).abs().max() > 1e-3
    module(*inputs()).pow(2).sum().backward()
    assert not module.dictionary.centers.requires_grad
    assert all(p.grad is not None for p in module.parameters())
    trained = build(trainable=True)
    trained(*inputs()).pow(3).sum().backward()
    assert trained.dictionary.centers.grad.abs().sum() > 0


def test_unknown_attention_is_named():
    with pytest.raises(ValueError, match=r'\.attention_over: found'):
        build(attention_over='videos')
