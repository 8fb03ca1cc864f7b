"""open_clip's image tower, as its own documentation runs it."""

import numpy as np
import open_clip
import pytest
import torch
from PIL import Image

from cra_plugin.errors import InputError
from cra_plugin.feature_extraction.open_clip_frame_encoder import (
    OpenCLIPFrameEncoder,
)
from cra_plugin.models.video_encoders.open_clip_frames import OpenCLIPFrames
from tests.helpers import tiny_clip


@pytest.fixture(scope='module')
def frames():
    rng = np.random.default_rng(0)
    return [rng.integers(0, 256, (48 + 8 * i, 64, 3)).astype(np.uint8)
            for i in range(3)]


def test_features_are_those_of_open_clip(tiny_clip_folder, frames):
    name = f'local-dir:{tiny_clip_folder}'
    encoder = OpenCLIPFrameEncoder(name)
    model, _, transform = open_clip.create_model_and_transforms(name)
    images = torch.stack([transform(Image.fromarray(f)) for f in frames])
    with torch.inference_mode():
        expected = model.eval().encode_image(images).numpy()
    features = encoder.encode(encoder.prepare(frames)[None])
    np.testing.assert_allclose(features[0], expected, atol=1e-5)
    assert encoder.width == 12 and features.std() > .1


def test_a_feature_depends_on_its_frame_alone(tiny_clip_folder, frames):
    encoder = OpenCLIPFrameEncoder(f'local-dir:{tiny_clip_folder}')
    prepared = encoder.prepare(frames)
    batch = np.stack([prepared, prepared[::-1]])
    features = encoder.encode(batch)
    np.testing.assert_allclose(features[1], features[0, ::-1], atol=1e-5)
    np.testing.assert_allclose(encoder.encode(batch[1:]), features[1:],
                               atol=1e-5)


def test_the_name_tells_weights_apart(tiny_clip_folder, tmp_path):
    model = open_clip.create_model(f'local-dir:{tiny_clip_folder}')
    with torch.no_grad():
        model.visual.proj[0, 0] += 1
    other = tiny_clip.write_folder(model, tmp_path / tiny_clip_folder.name)
    first, again, second = (
        OpenCLIPFrameEncoder(f'local-dir:{folder}').name
        for folder in (tiny_clip_folder, tiny_clip_folder, other))
    assert first == again != second
    assert first.startswith('open_clip ') and first.endswith(' fp32')


@pytest.mark.parametrize('pretrained', [None, 'openai'])
def test_a_tower_that_was_trained_by_us(tiny_clip_folder, frames, tmp_path,
                                        pretrained):
    name = f'local-dir:{tiny_clip_folder}'
    run = torch.nn.ModuleDict({
        'video_encoder': OpenCLIPFrames(name, pretrained=None),
        'text_encoder': torch.nn.Linear(2, 3)})
    torch.save({'state_dict': run.state_dict()}, tmp_path / 'epoch_1.pth')
    encoder = OpenCLIPFrameEncoder(name, pretrained,
                                   checkpoint=str(tmp_path / 'epoch_1.pth'))
    prepared = encoder.prepare(frames)
    pixels = torch.from_numpy(prepared).permute(0, 3, 1, 2)[None]
    with torch.inference_mode():
        expected = run['video_encoder'].eval()(pixels).numpy()
    np.testing.assert_allclose(encoder.encode(prepared[None]), expected,
                               atol=1e-5)
    assert 'epoch_1.pth' in encoder.name


def test_a_tag_tells_how_images_are_prepared(monkeypatch, tmp_path):
    """SigLIP's weights want images squashed, and other means."""
    asked = {}

    def create_model(*_, **options):
        asked.update(options)
        raise RuntimeError('enough')

    monkeypatch.setattr('cra_plugin.pretrained.open_clip_weights._tag_file',
                        lambda *_: str(tmp_path))
    monkeypatch.setattr('open_clip.create_model', create_model)
    with pytest.raises(InputError, match='enough'):
        OpenCLIPFrameEncoder('ViT-B-16-SigLIP', 'webli')
    assert asked['force_preprocess_cfg'] == dict(
        mean=(.5, .5, .5), std=(.5, .5, .5), interpolation='bicubic',
        resize_mode='squash')


def test_weights_that_cannot_be_had(tmp_path):
    with pytest.raises(InputError, match='ViT-L-14'):
        OpenCLIPFrameEncoder('ViT-L-15')
    with pytest.raises(InputError, match='a file of weights'):
        OpenCLIPFrameEncoder('ViT-B-32', str(tmp_path / 'none.pt'))
