"""Backbones of mmaction2 encode the frames of videos."""

import numpy as np
import pytest
import torch

from cra_plugin.errors import InputError
from cra_plugin.feature_extraction.backbone_frame_encoder import (
    BackboneFrameEncoder,
)
from cra_plugin.registry import MODELS

RESNET = dict(type='ResNet', depth=18, norm_eval=False)
SLOW_ONLY = dict(type='ResNet3dSlowOnly', depth=50, base_channels=2,
                 in_channels=3, lateral=False, num_stages=2,
                 spatial_strides=(1, 2), temporal_strides=(1, 2),
                 dilations=(1, 1), conv1_kernel=(1, 7, 7), inflate=(0, 1),
                 out_indices=(1, ), pretrained=None)
MEAN, STD = [123.675, 116.28, 103.53], [58.395, 57.12, 57.375]


@pytest.fixture(scope='module')
def recognizer(tmp_path_factory):
    """Config and checkpoint of a recognizer, as mmaction2 has them."""

    def write(backbone, width, **preprocessor):
        folder = tmp_path_factory.mktemp('recognizer')
        settings = dict(type='ActionDataPreprocessor', mean=MEAN, std=STD,
                        **preprocessor)
        model = dict(type='Recognizer', backbone=backbone,
                     data_preprocessor=settings,
                     cls_head=dict(type='TSNHead', in_channels=width))
        (folder / 'config.py').write_text(f'model = {model!r}\n')
        torch.manual_seed(0)
        module = MODELS.build(dict(backbone, _scope_='mmaction'))
        module.eval()  # gives None
        torch.save(
            dict(state_dict={f'backbone.{key}': value for key, value in
                             module.state_dict().items()}),
            folder / 'weights.pth')
        return folder / 'config.py', str(folder / 'weights.pth'), module

    return write


@pytest.fixture(scope='module')
def frames():
    rng = np.random.default_rng(0)
    return [rng.integers(0, 256, (40, 64, 3)).astype(np.uint8)
            for _ in range(4)]


def test_frames_are_seen_as_mmaction2_shows_them(recognizer, frames):
    config, weights, resnet = recognizer(RESNET, 512, format_shape='NCHW')
    encoder = BackboneFrameEncoder(config, weights, 40, num_frames=4)
    assert encoder.width == 512 and ' ResNet ' in encoder.name
    prepared = encoder.prepare(frames)
    np.testing.assert_array_equal(
        prepared, [frame[:, 12:52] for frame in frames])
    pixels = torch.from_numpy(prepared).permute(0, 3, 1, 2).float()
    pixels = (pixels - torch.tensor(MEAN).view(3, 1, 1)
              ) / torch.tensor(STD).view(3, 1, 1)
    with torch.inference_mode():
        expected = resnet(pixels).mean((-1, -2)).numpy()
    features = encoder.encode(prepared[None])
    np.testing.assert_allclose(features[0], expected, atol=1e-4)
    np.testing.assert_allclose(encoder.encode(prepared[None, ::-1].copy()),
                               features[:, ::-1], atol=1e-4)


def test_features_are_those_before_our_normalization(recognizer, frames,
                                                     tmp_path):
    """Its statistics are of a training, and not in the checkpoint."""
    config, weights, _ = recognizer(RESNET, 512)
    ours = dict(type='cra_plugin.MMActionBackbone', recognizer=str(config),
                feature_norm=dict(type='BN1d', eps=1.0))
    (tmp_path / 'ours.py').write_text(
        f'model = dict(video_encoder={ours!r})\n')
    plain, normalized = (
        BackboneFrameEncoder(each, weights, 40, num_frames=4)
        for each in (config, tmp_path / 'ours.py'))
    prepared = plain.prepare(frames)[None]
    assert normalized.name == plain.name
    np.testing.assert_array_equal(normalized.encode(prepared),
                                  plain.encode(prepared))


def test_clips_give_a_feature_a_frame(recognizer, frames):
    """Two steps of four frames are interpolated to four."""
    config, weights, _ = recognizer(SLOW_ONLY, 16)
    encoder = BackboneFrameEncoder(config, weights, 32, num_frames=4)
    videos = np.stack([encoder.prepare(frames), encoder.prepare(
        frames[::-1])])
    features = encoder.encode(videos)
    assert features.shape == (2, 4, 16) and encoder.width == 16
    assert features[0, 0] != pytest.approx(features[0, 3], abs=1e-4)
    np.testing.assert_allclose(encoder.encode(videos[1:])[0], features[1],
                               atol=1e-4)


def test_clips_are_cut_by_option(recognizer, frames):
    """A frame then changes no feature of the other clip."""
    config, weights, _ = recognizer(SLOW_ONLY, 16)
    encoder = BackboneFrameEncoder(config, weights, 32, 2, num_frames=4)
    first = encoder.prepare(frames)
    second = first.copy()
    second[3] = 0
    before, after = (encoder.encode(each[None])[0] for each in (first, second))
    np.testing.assert_allclose(after[0], before[0], atol=1e-5)
    assert after[3] != pytest.approx(before[3], abs=1e-3)
    whole = BackboneFrameEncoder(config, weights, 32, num_frames=4)
    assert whole.name != encoder.name


def test_the_name_tells_weights_and_settings_apart(recognizer):
    config, weights, module = recognizer(RESNET, 512)
    names = [BackboneFrameEncoder(config, weights, size, num_frames=1).name
             for size in (32, 32, 40)]
    assert names[0] == names[1] != names[2]
    with torch.no_grad():
        module.conv1.conv.weight[0] += 1
    torch.save(module.state_dict(), weights)
    other = BackboneFrameEncoder(config, weights, 32, num_frames=1)
    assert other.name != names[0]


def test_a_config_of_ours(recognizer, tmp_path):
    _, weights, _ = recognizer(RESNET, 512)
    config = tmp_path / 'ours.py'
    encoder = dict(type='cra_plugin.MMActionBackbone', backbone=RESNET,
                   out_dim=512, num_frames=7, checkpoint=weights)
    config.write_text(f'model = dict(video_encoder={encoder!r})\n')
    found = BackboneFrameEncoder(config, None, 32, num_frames=3)
    assert found.encode(np.zeros((1, 3, 32, 32, 3), np.uint8)).shape == (
        1, 3, 512)


@pytest.mark.parametrize(('text', 'words'), [
    ('model = dict(type="A")', 'without a backbone of mmaction2'),
    ('model = dict(video_encoder=dict(type="Precomputed"))',
     'without a backbone of mmaction2'),
    ('model = dict(', 'cannot be read'),
    ('', 'without a backbone'),
    (f'model = dict(backbone={RESNET!r}, cls_head=dict(in_channels=512))',
     'backbone without weights')])
def test_configs_that_do_not_do(tmp_path, text, words):
    path = tmp_path / 'config.py'
    path.write_text(text)
    with pytest.raises(InputError, match=words):
        BackboneFrameEncoder(path)


def test_missing_config_and_bad_size(recognizer, tmp_path):
    with pytest.raises(InputError, match='no such file'):
        BackboneFrameEncoder(tmp_path / 'none.py')
    config, weights, _ = recognizer(RESNET, 512)
    with pytest.raises(InputError, match='--image-size'):
        BackboneFrameEncoder(config, weights, 0)
