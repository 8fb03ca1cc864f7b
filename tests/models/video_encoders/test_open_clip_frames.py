"""CLIP's image tower as a video encoder."""

import shutil

import open_clip
import pytest
import torch
from torch.nn.modules.batchnorm import _BatchNorm

from cra_plugin.errors import InputError
from cra_plugin.feature_extraction.open_clip_frame_encoder import (
    OpenCLIPFrameEncoder,
)
from cra_plugin.registry import MODELS
from tests.helpers import tiny_clip

RESNET = {'image_size': 32, 'layers': [1, 1, 1, 1], 'width': 8,
          'patch_size': None, 'head_width': 8}


@pytest.fixture(scope='module')
def clip(tmp_path_factory):
    """Two tiny architectures, known to open_clip, and weights of one."""
    configs = open_clip.factory._MODEL_CONFIGS.copy()
    paths = open_clip.factory._MODEL_CONFIG_PATHS.copy()
    folder = tmp_path_factory.mktemp('architectures')
    tiny_clip.register(folder)
    tiny_clip.register(folder, 'cra-tiny-resnet', vision_cfg=RESNET)
    yield tiny_clip.write_weights(
        tiny_clip.random_clip(), folder / 'weights' / 'tiny.pt')
    open_clip.factory._MODEL_CONFIGS = configs
    open_clip.factory._MODEL_CONFIG_PATHS[:] = paths


@pytest.fixture
def build(clip):
    """Build an encoder; its weights are loaded."""

    def build(model=tiny_clip.NAME, pretrained=str(clip), **options):
        encoder = MODELS.build(dict(
            type='cra_plugin.OpenCLIPFrames', model=model,
            pretrained=pretrained, **options))
        encoder.init_weights()
        return encoder

    return build


@pytest.fixture
def video():
    return torch.randint(0, 256, (2, 4, 3, 32, 32), dtype=torch.uint8,
                         generator=torch.Generator().manual_seed(0))


def test_gives_what_extraction_gives(build, clip, video):
    encoder = build().eval()
    extractor = OpenCLIPFrameEncoder(tiny_clip.NAME, str(clip))
    expected = extractor.encode(video.permute(0, 1, 3, 4, 2).numpy())
    with torch.no_grad():
        found = encoder(video)
    assert encoder.out_dim == 12 and encoder.is_init
    torch.testing.assert_close(found, torch.from_numpy(expected), rtol=1e-4,
                               atol=1e-4)
    clips = video.unflatten(1, (2, 2)).transpose(2, 3)
    with torch.no_grad():
        torch.testing.assert_close(encoder(clips), found)
        encoder.num_frames = 2
        torch.testing.assert_close(
            encoder(video), found.unflatten(1, (2, 2)).mean(2))


def test_a_folder_has_its_own_weights(build, tiny_clip_folder, video,
                                      tmp_path):
    local = f'local-dir:{tiny_clip_folder}'
    encoder = build(local).eval()
    extractor = OpenCLIPFrameEncoder(local)
    torch.testing.assert_close(
        encoder(video).detach(), torch.from_numpy(
            extractor.encode(video.permute(0, 1, 3, 4, 2).numpy())),
        rtol=1e-4, atol=1e-4)
    shutil.copytree(tiny_clip_folder, tmp_path / 'copy')
    (tmp_path / 'copy' / 'open_clip_model.safetensors').unlink()
    # A trained checkpoint is evaluated without them.
    MODELS.build(dict(type='cra_plugin.OpenCLIPFrames',
                      model=f'local-dir:{tmp_path}/copy'))
    with pytest.raises(InputError, match='no usable open_clip_config'):
        build(f'local-dir:{tmp_path}/none')


def test_weights_are_random_until_init_weights(clip, video):
    torch.manual_seed(1)
    encoder = MODELS.build(dict(type='cra_plugin.OpenCLIPFrames',
                                model=tiny_clip.NAME, pretrained=str(clip)))
    before = encoder.backbone.conv1.weight.detach().clone()
    encoder.init_weights()
    assert not torch.equal(encoder.backbone.conv1.weight, before)
    none = MODELS.build(dict(type='cra_plugin.OpenCLIPFrames',
                             model=tiny_clip.NAME, pretrained=None))
    before = none.backbone.conv1.weight.detach().clone()
    none.init_weights()
    assert torch.equal(none.backbone.conv1.weight, before)


@pytest.mark.parametrize('groups', [None, 1, 2])
@pytest.mark.parametrize('checkpointing', [False, True])
def test_what_is_unlocked_is_trained(build, video, groups, checkpointing):
    encoder = build(unlocked_groups=groups,
                    gradient_checkpointing=checkpointing).train()
    sequence = encoder(video)
    (sequence * torch.randn_like(sequence)).sum().backward()
    reached = {key for key, value in encoder.named_parameters()
               if value.grad is not None}
    every = {key for key, _ in encoder.named_parameters()}
    last = {'backbone.proj'}
    block = {key for key in every if '.resblocks.0.' in key
             or '.ln_post.' in key}
    assert reached == {None: every, 1: last, 2: last | block}[groups]


def test_frozen_means_frozen(build, video):
    encoder = build('cra-tiny-resnet', None, frozen=True)
    before = {key: value.clone()
              for key, value in encoder.state_dict().items()}
    assert not encoder.train()(video).requires_grad
    assert not any(each.training for each in encoder.backbone.modules())
    for key, value in encoder.state_dict().items():
        assert torch.equal(value, before[key]), key


@pytest.mark.parametrize('norm_eval', [False, True])
def test_batch_statistics(build, video, norm_eval):
    encoder = build('cra-tiny-resnet', None, norm_eval=norm_eval).train()
    encoder(video)
    norms = [each for each in encoder.modules()
             if isinstance(each, _BatchNorm)]
    assert norms and all(
        bool(each.num_batches_tracked) is not norm_eval for each in norms)


def test_bad_input(build, video):
    with pytest.raises(InputError, match='ViT-L-41'):
        build('ViT-L-41', 'openai')
    with pytest.raises(InputError, match=r'C, 32, 32\).*Resize'):
        build()(video[..., :16])
    with pytest.raises(InputError, match='unlocked_groups: found 2 for'):
        build('cra-tiny-resnet', None, unlocked_groups=2)
