"""Every backbone: shape, time axis, gradients, freezing, independence."""

import copy

import pytest
import torch
from mmaction_backbones import CASES, FRAME_BY_FRAME
from torch.nn.modules.batchnorm import _BatchNorm

from cra_plugin.errors import InputError
from cra_plugin.registry import MODELS

NORMALIZE = {'mean': [0.] * 3, 'std': [128.] * 3}
# A step of theirs sees nearly all frames of so short a video.
WIDE_IN_TIME = ('ResNet2Plus1d', 'ResNet3dCSN', 'MViT', 'X3D')
every_backbone = pytest.mark.parametrize('name', CASES)


def encode(encoder, video):
    with torch.no_grad():
        return encoder(video)


def calibrate(encoder, video):
    """Fit the statistics to random weights, lest signals fade."""
    encoder.init_weights()
    for module in encoder.modules():
        if isinstance(module, _BatchNorm):
            module.momentum = 1.0
    # TANet's kernels depend on the video; with few samples they explode.
    if type(encoder.backbone).__name__ != 'TANet':
        encode(encoder.train(), video)
    encoder.eval()


@every_backbone
def test_shape(name, build_encoder, make_video):
    case = CASES[name]
    encoder = build_encoder(name).eval()
    encoder.init_weights()
    assert encoder.is_init
    video = make_video(name)
    sequence = encode(encoder, video)
    assert sequence.shape == (2, case.clips * case.frames, case.width)
    assert sequence.isfinite().all()
    steps = case.clips * case.steps
    for num_frames in (steps, 2 * steps + 1):
        encoder.num_frames = num_frames
        assert encode(encoder, video).shape == (2, num_frames, case.width)


@every_backbone
def test_steps_follow_time(name, build_encoder, make_video):
    """A change at the end shows most at the end, and so at the beginning."""
    case = CASES[name]
    encoder = build_encoder(name, data_preprocessor=NORMALIZE)
    video, other = make_video(name), make_video(name, seed=1)
    calibrate(encoder, video)
    encoder.num_frames = case.clips * case.steps
    part = max(case.frames // case.steps, 1)
    sequence = encode(encoder, video)
    changes = []
    for clip, frames in ((0, slice(None, part)), (-1, slice(-part, None))):
        changed = video.clone()
        changed[:, clip, :, frames] = other[:, clip, :, frames]
        changes.append((encode(encoder, changed) - sequence).norm(dim=(0, 2)))
    early, late = changes
    assert early[0] * late[-1] > 1.01 * early[-1] * late[0] >= 0, changes
    if name not in WIDE_IN_TIME:
        assert early.argmax() == 0 and late.argmax() == len(late) - 1, changes


@pytest.mark.parametrize('name', FRAME_BY_FRAME)
def test_permuted_frames_permute_the_sequence(name, build_encoder,
                                              make_video):
    encoder = build_encoder(name)
    video = make_video(name)
    calibrate(encoder, video)
    order = torch.tensor([2, 0, 3, 1])
    expected = encode(encoder, video)[:, order]
    assert (expected - encode(encoder, video)).abs().max() > 1e-4
    torch.testing.assert_close(
        encode(encoder, video[:, :, :, order]), expected, rtol=1e-4,
        atol=1e-4)


@every_backbone
def test_gradients_reach_every_weight(name, build_encoder, make_video):
    encoder = build_encoder(name, data_preprocessor=NORMALIZE).train()
    sequence = encoder(make_video(name))
    # Not the sum: a last LayerNorm keeps that constant.
    (sequence * torch.randn_like(sequence)).sum().backward()
    trained = {key: value for key, value in encoder.named_parameters()
               if value.requires_grad}
    assert len(trained) > len(list(encoder.parameters())) / 2
    for key, value in trained.items():
        assert value.grad is not None, key
    first = next(iter(trained.values()))
    assert sum(v.grad.abs().sum() for v in trained.values()) > 0
    assert first.grad.isfinite().all()


@every_backbone
def test_frozen_means_frozen(name, build_encoder, make_video):
    encoder = build_encoder(name, frozen=True)
    assert encoder.train() is encoder
    assert not any(module.training for module in encoder.backbone.modules())
    assert not any(each.requires_grad for each in encoder.parameters())
    before = copy.deepcopy(encoder.state_dict())
    video = make_video(name)
    sequence = encoder(video)
    assert not sequence.requires_grad
    for key, value in encoder.state_dict().items():
        assert torch.equal(value, before[key]), key
    # No dropout, nor statistics of the batch.
    assert torch.equal(encoder(video), sequence)


@every_backbone
def test_batch_mates_do_not_matter(name, build_encoder, make_video):
    encoder = build_encoder(name, data_preprocessor=NORMALIZE)
    video = make_video(name, size=3)
    calibrate(encoder, video)
    together = encode(encoder, video)
    for row in range(3):
        alone = encode(encoder, video[row:row + 1])[0]
        torch.testing.assert_close(alone, together[row], rtol=1e-4,
                                   atol=1e-4)
    assert (together[0] - together[1]).abs().max() > 1e-3


@pytest.mark.parametrize('frozen', [False, True])
def test_normalized_features(frozen, build_encoder, make_video):
    plain = build_encoder('ResNet', frozen=frozen)
    encoder = build_encoder('ResNet', frozen=frozen,
                            feature_norm=dict(type='BN1d'))
    encoder.load_state_dict(plain.state_dict(), strict=False)
    video = make_video('ResNet', size=3)
    expected = plain.train()(video).detach()
    found = encoder.train()(video)
    scale = expected.std((0, 1), unbiased=False)
    torch.testing.assert_close(
        found, (expected - expected.mean((0, 1))) / (scale**2 + 1e-5).sqrt(),
        rtol=1e-3, atol=1e-3)
    (found * torch.randn_like(found)).sum().backward()
    assert encoder.feature_norm.norm.weight.grad.abs().sum() > 0
    assert frozen == all(each.grad is None
                         for each in encoder.backbone.parameters())
    together = encode(encoder.eval(), video)
    for row in range(3):
        torch.testing.assert_close(encode(encoder, video[row:row + 1])[0],
                                   together[row], rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize('name', ['ResNet', 'X3D', 'UniFormer'])
def test_norm_eval_keeps_statistics_only(name, build_encoder, make_video):
    encoder = build_encoder(name, norm_eval=True).train()
    norms = [module for module in encoder.modules()
             if isinstance(module, _BatchNorm)]
    assert norms and not any(norm.training for norm in norms)
    assert encoder.training and encoder.backbone.training
    before = [norm.running_mean.clone() for norm in norms]
    sequence = encoder(make_video(name))
    sequence.square().sum().backward()
    for norm, mean in zip(norms, before):
        assert torch.equal(norm.running_mean, mean)
        assert norm.weight.grad is not None
    plain = build_encoder(name).train()
    plain(make_video(name))
    assert any(
        not torch.equal(norm.running_mean, mean) for norm, mean in zip((
            m for m in plain.modules() if isinstance(m, _BatchNorm)), before))


def test_frames_and_clips_are_the_same_video(build_encoder, make_video):
    for name in ('ResNet', 'ResNet3dSlowOnly'):
        encoder = build_encoder(name).eval()
        clips = make_video(name)
        frames = clips[:, 0].transpose(1, 2)
        assert torch.equal(encode(encoder, frames), encode(encoder, clips))


def test_clips_are_encoded_apart_and_in_order(build_encoder, make_video):
    encoder = build_encoder('TimeSformer').eval()
    clips = make_video('TimeSformer', clips=3)
    sequence = encode(encoder, clips)
    assert sequence.shape == (2, 12, 24)
    for index in range(3):
        torch.testing.assert_close(
            sequence[:, 4 * index:4 * index + 4],
            encode(encoder, clips[:, index:index + 1]))
    encoder.clip_len = 4
    frames = clips.transpose(2, 3).flatten(1, 2)
    torch.testing.assert_close(encode(encoder, frames), sequence)
    whole = frames.transpose(1, 2)[:, None]
    torch.testing.assert_close(encode(encoder, whole), sequence)


def test_pixels_are_normalized(build_encoder, make_video):
    video = make_video('ResNet')
    mean, std = [10., 20., 30.], [2., 4., 8.]
    plain = build_encoder('ResNet').eval()
    settings = {'mean': mean, 'std': std, 'to_rgb': True,
                'blending': {'type': 'MixupBlending', 'num_classes': 2},
                'format_shape': 'NCHW'}
    encoder = build_encoder('ResNet', data_preprocessor=settings).eval()
    shape = (3, 1, 1, 1)
    pixels = (video.flip(2) - torch.tensor(mean).view(shape)
              ) / torch.tensor(std).view(shape)
    torch.testing.assert_close(encode(encoder, video), encode(plain, pixels))
    assert encoder.state_dict().keys() == plain.state_dict().keys()
    assert settings['format_shape'] == 'NCHW'


RECOGNIZER = {
    'type': 'Recognizer2D',
    'backbone': {'type': 'ResNet', **CASES['ResNet'].config},
    'cls_head': {'type': 'TSNHead', 'num_classes': 400, 'in_channels': 512},
    'data_preprocessor': {
        'type': 'ActionDataPreprocessor', 'mean': [1., 2., 3.],
        'std': [4., 5., 6.], 'format_shape': 'NCHW'}}


def test_takes_a_recognizer(tmp_path, make_video):
    path = tmp_path / 'tsn.py'
    path.write_text(f'model = {RECOGNIZER!r}\n')
    outputs = []
    for recognizer in (RECOGNIZER, str(path)):
        torch.manual_seed(0)
        encoder = MODELS.build({'type': 'cra_plugin.MMActionBackbone',
                                'recognizer': recognizer}).eval()
        assert encoder.out_dim == 512
        assert encoder.normalizer.mean.flatten().tolist() == [1, 2, 3]
        outputs.append(encode(encoder, make_video('ResNet')))
    assert torch.equal(*outputs)
    assert RECOGNIZER['data_preprocessor']['format_shape'] == 'NCHW'


@pytest.mark.parametrize(('options', 'message'), [
    ({}, 'both or none'),
    ({'backbone': {}, 'recognizer': {}}, 'both or none'),
    ({'recognizer': {'type': 'ResNet'}}, 'recognizer: found a config without'
     ' a backbone'),
    ({'backbone': {'type': 'ResNet', 'depth': 18}}, r'out_dim: found no'),
    ({'recognizer': {'backbone': {'type': 'ResNet'}}}, r'out_dim: found no'),
    ({'backbone': {'type': 'ResNet', 'depth': 18}, 'out_dim': 512,
      'data_preprocessor': {'format_shape': 'NCTHW'}},
     r"format_shape: found 'NCTHW'; expected 'NCHW', which ResNet takes"),
    ({'backbone': {'type': 'C3D'}, 'out_dim': 4096,
      'gradient_checkpointing': True}, 'C3D, which has no blocks')])
def test_refuses_a_bad_config(options, message):
    with pytest.raises(InputError, match=message):
        MODELS.build({'type': 'cra_plugin.MMActionBackbone', **options})


def test_refuses_another_width(build_encoder, make_video):
    encoder = build_encoder('ResNet', out_dim=768)
    with pytest.raises(InputError, match=r'out_dim: found 768.*width 512'):
        encoder(make_video('ResNet'))


@pytest.mark.parametrize(('name', 'frames'), [
    ('C3D', 16), ('ResNet2Plus1d', 8)])
def test_refuses_a_backbone_without_time(name, frames, build_encoder,
                                         make_video):
    encoder = build_encoder(name).eval()
    video = make_video(name, clips=1)[:, :, :, :frames]
    with pytest.raises(InputError, match=f'{name}, which keeps no time axis: '
                       f'{frames} frames become one step'):
        encode(encoder, video)
    several = encode(encoder, video.repeat(1, 2, 1, 1, 1, 1))
    assert several.shape[1] == 2 * frames


@pytest.mark.parametrize('name', [
    'ResNetTSM', 'TANet', 'TimeSformer', 'UniFormerV2', 'VisionTransformer'])
def test_refuses_clips_of_another_length(name, build_encoder, make_video):
    encoder = build_encoder(name)
    frames = CASES[name].frames
    with pytest.raises(InputError, match=f'clips of 2 frames; expected clips '
                       f'of {frames}.*clip_len={frames}'):
        encoder(make_video(name)[:, :, :, :2])


def test_refuses_odd_shapes(build_encoder, make_video):
    encoder = build_encoder('ResNet', clip_len=3)
    with pytest.raises(InputError, match='clip_len: found 3, for clips of 4'):
        encoder(make_video('ResNet'))
    with pytest.raises(InputError, match=r'found a tensor of shape \(3, 4\)'):
        encoder(torch.zeros(3, 4))
