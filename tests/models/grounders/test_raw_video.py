"""From pixels to spans: a backbone in place of extracted features."""

import numpy as np
import pytest
import torch
from mmengine.optim import OptimWrapper

BACKBONES = {
    'frames': ({'type': 'ResNetTSM', 'depth': 18, 'num_segments': 8,
                'pretrained': None}, 512),
    'clips': ({'type': 'SwinTransformer3D', 'pretrained': None, 'arch': {
        'embed_dims': 8, 'depths': [1, 1], 'num_heads': [1, 2]},
        'out_indices': (1, )}, 16)}
PIXELS = {'mean': [128.] * 3, 'std': [64.] * 3}


@pytest.fixture
def build(build_grounder):
    """A tiny grounder on one of the backbones, random weights."""

    def build(kind, **options):
        backbone, width = BACKBONES[kind]
        model = build_grounder(video_encoder={
            'type': 'cra_plugin.MMActionBackbone', 'backbone': backbone,
            'out_dim': width, 'data_preprocessor': PIXELS, **options})
        model.init_weights()
        return model

    return build


@pytest.fixture
def raw_batch(make_batch):
    """Pixels instead of features: 8 frames of 32 x 32."""
    inputs, samples = make_batch(0, ragged=False)
    del inputs['frames'], inputs['frame_mask']
    inputs['video'] = torch.randint(
        0, 256, (3, 1, 3, 8, 32, 32), dtype=torch.uint8,
        generator=torch.Generator().manual_seed(0))
    return inputs, samples


@pytest.mark.parametrize('kind', BACKBONES)
def test_trains_from_pixels(kind, build, raw_batch):
    model = build(kind).train()
    inputs, samples = raw_batch
    losses = model(inputs, samples, mode='loss')
    assert len(losses) == 5  # sigma among them
    sum(losses.values()).backward()
    for key, parameter in model.named_parameters():
        assert (parameter.grad is not None) is parameter.requires_grad, key


def test_a_frozen_backbone_stays_while_the_rest_learns(build, raw_batch):
    model = build('frames', frozen=True).train()
    before = {key: value.clone() for key, value in
              model.state_dict().items()}
    weights = [each for each in model.parameters() if each.requires_grad]
    wrapper = OptimWrapper(torch.optim.SGD(weights, 0.1))
    inputs, samples = raw_batch
    model.train_step({'inputs': {key: list(value) for key, value in
                                 inputs.items()}, 'data_samples': samples},
                     wrapper)
    changed = {key for key, value in model.state_dict().items()
               if not torch.equal(value, before[key])}
    assert changed
    assert not any(key.startswith('video_encoder.') for key in changed)


@pytest.mark.parametrize(('kind', 'steps'), [
    ('frames', None), ('clips', None), ('clips', 4), ('frames', 12)])
def test_times_follow_the_steps(kind, steps, build, raw_batch):
    model = build(kind, num_frames=steps).eval()
    inputs, samples = raw_batch
    times = [sample.frame_times for sample in samples]
    with torch.no_grad():
        predicted = model(inputs, samples, mode='predict')
        logits, weights = model(inputs, mode='tensor')
    assert weights.shape == (3, steps or 8) and logits.shape == (3, 5)
    for row, sample in enumerate(predicted):
        assert len(sample.frame_weights) == (steps or 8)
        found = sample.frame_times
        if steps is None:
            assert found is times[row]
        elif steps == 4:
            np.testing.assert_allclose(found,
                                       times[row].reshape(4, 2).mean(1))
        assert len(found) == (steps or 8) and (np.diff(found) >= 0).all()
        for start, end in sample.pred_span.values():
            assert 0 <= start <= end <= sample.duration + 1e-9


@pytest.mark.parametrize('kind', BACKBONES)
def test_batch_mates_do_not_matter(kind, build, raw_batch):
    model = build(kind).eval()
    inputs, _ = raw_batch
    with torch.no_grad():
        together = model(inputs)
        for row in range(3):
            alone = model({key: value[row:row + 1]
                           for key, value in inputs.items()})
            for one, whole in zip(alone, together):
                torch.testing.assert_close(one[0], whole[row], rtol=1e-4,
                                           atol=1e-4)
