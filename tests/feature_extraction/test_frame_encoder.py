"""Any module of frames or clips encodes videos."""

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from cra_plugin.errors import InputError
from cra_plugin.feature_extraction.frame_encoder import ModuleFrameEncoder

MEAN, STD = (.5, .4, .3), (.2, .3, .4)


def shrink(image: Image.Image) -> Image.Image:
    return image.resize((4, 6))


def pooled(frames):
    return frames.mean(dim=(-1, -2))


class Pool(nn.Module):
    """Mean colors of (..., 3, h, w), after running means over clips."""

    def __init__(self, ndim):
        super().__init__()
        self.ndim = ndim
        self.modes = []

    def eval(self):
        super().eval()  # returns None, as some backbones do

    def forward(self, frames):
        assert frames.ndim == self.ndim and not self.training
        self.modes.append(torch.is_autocast_enabled('cpu'))
        return pooled(frames)


@pytest.fixture
def videos():
    return np.random.default_rng(0).integers(
        0, 256, (2, 5, 6, 4, 3)).astype(np.uint8)


@pytest.mark.parametrize('takes_clips', [False, True])
def test_frames_are_normalized_and_stay_in_order(videos, takes_clips):
    encoder = ModuleFrameEncoder(Pool(5 if takes_clips else 4), 'pool',
                                 shrink, MEAN, STD, takes_clips=takes_clips)
    features = encoder.encode(videos)
    expected = (videos.mean(axis=(2, 3)) / 255 - MEAN) / STD
    np.testing.assert_allclose(features, expected, atol=1e-5)
    assert features.dtype == np.float32
    assert (encoder.width, encoder.name) == (3, 'pool fp32')


def test_preparing_resizes_each_frame(videos):
    encoder = ModuleFrameEncoder(Pool(4), 'pool', shrink, MEAN, STD)
    frames = [np.full((20, 30, 3), shade, np.uint8) for shade in (3, 200)]
    prepared = encoder.prepare([frames[0], frames[1], frames[1]])
    assert prepared.shape == (3, 6, 4, 3) and prepared.dtype == np.uint8
    assert prepared[:, 0, 0, 0].tolist() == [3, 200, 200]


def test_precision_by_option(videos):
    module = Pool(4)
    encoder = ModuleFrameEncoder(module, 'pool', shrink, MEAN, STD,
                                 precision='bf16')
    assert module.modes == [True] and encoder.name == 'pool bf16'
    assert encoder.encode(videos).dtype == np.float32


def test_bad_settings_and_modules(videos):
    with pytest.raises(InputError, match='device'):
        ModuleFrameEncoder(Pool(4), 'pool', shrink, MEAN, STD, 'cuda:99')
    with pytest.raises(InputError, match='--precision'):
        ModuleFrameEncoder(Pool(4), 'pool', shrink, MEAN, STD,
                           precision='fp8')
    with pytest.raises(InputError, match='a vector for each of 1 frames'):
        ModuleFrameEncoder(nn.Identity(), 'map', shrink, MEAN, STD)
