"""open_clip's text tower: its features, and weights that cannot be had."""

import json
import logging
import shutil

import numpy as np
import open_clip
import pytest
import torch

from cra_plugin.causal_features.open_clip_encoder import OpenCLIPNodeEncoder
from cra_plugin.errors import InputError
from cra_plugin.pretrained.open_clip_weights import find_open_clip_weights
from tests.helpers import tiny_clip

TEXTS = [
    'boy', 'what did the boy do after he picked up the ball', '', 'a red car',
    'the lady in white walks away from the stage and sits down near the man '
    'who plays the guitar for the children'
]


@pytest.fixture(scope='module')
def model(tmp_path_factory):
    configs = open_clip.factory._MODEL_CONFIGS.copy()
    paths = open_clip.factory._MODEL_CONFIG_PATHS.copy()
    tiny_clip.register(tmp_path_factory.mktemp('architectures'))
    yield tiny_clip.random_clip()
    open_clip.factory._MODEL_CONFIGS = configs
    open_clip.factory._MODEL_CONFIG_PATHS[:] = paths


@pytest.fixture(scope='module')
def weights(model, tmp_path_factory):
    return tiny_clip.write_weights(
        model, tmp_path_factory.mktemp('weights') / 'tiny.safetensors')


@pytest.fixture
def offline(tmp_path, monkeypatch):
    """An empty cache, and a hub that is asked once and does not answer."""
    asked = []

    def model_info(self, name, timeout):
        asked.append((name, timeout))
        raise OSError('no network\nat all')

    def download(*_, **__):
        pytest.fail('tried to download')

    monkeypatch.setattr('huggingface_hub.HfApi.model_info', model_info)
    monkeypatch.setattr('open_clip.pretrained.hf_hub_download', download)
    monkeypatch.setattr('open_clip.download_pretrained', download)
    monkeypatch.setattr('huggingface_hub.constants.HF_HUB_CACHE',
                        str(tmp_path / 'hub'))
    return asked


def cached_folder(tmp_path, repository):
    """Lay out the cache of Hugging Face; the snapshot's folder."""
    folder = tmp_path / 'hub' / f'models--{repository.replace("/", "--")}'
    (folder / 'refs').mkdir(parents=True)
    (folder / 'refs' / 'main').write_text('0' * 40)
    return folder / 'snapshots' / ('0' * 40)


@pytest.mark.parametrize('suffix', ['.pt', '.safetensors'])
def test_a_file_gives_what_open_clip_gives(model, tmp_path, suffix):
    file = tiny_clip.write_weights(model, tmp_path / f'weights{suffix}')
    encoder = OpenCLIPNodeEncoder(tiny_clip.NAME, str(file))
    features = encoder.encode(TEXTS)
    assert features.dtype == np.float32
    assert features.shape == (5, 12) and encoder.width == 12
    np.testing.assert_allclose(
        features, tiny_clip.direct_features(model, TEXTS), atol=1e-5)
    # Not normalized, and different texts differ.
    assert np.abs(np.linalg.norm(features, axis=1) - 1).min() > 0.1
    assert len(np.unique(features.round(3), axis=0)) == 5


def test_a_folder_gives_what_open_clip_gives(model, tmp_path):
    folder = tiny_clip.write_folder(model, tmp_path / 'my-clip')
    encoder = OpenCLIPNodeEncoder(f'local-dir:{folder}')
    np.testing.assert_allclose(
        encoder.encode(TEXTS), tiny_clip.direct_features(model, TEXTS),
        atol=1e-5)
    assert encoder.name.startswith(
        f'open_clip {open_clip.__version__} my-clip ')


@pytest.mark.parametrize('changes', [
    dict(no_causal_mask=True), dict(pool_type='last'),
    dict(embed_cls=True, output_tokens=True)])
def test_towers_that_see_padding_see_it(tmp_path, changes):
    name = 'cra-tiny-' + '-'.join(changes)
    tiny_clip.register(
        tmp_path, name, custom_text=True,
        text_cfg=tiny_clip.CONFIG['text_cfg'] | changes)
    model = tiny_clip.random_clip(name=name)
    file = tiny_clip.write_weights(model, tmp_path / 'weights.pt')
    with torch.inference_mode():
        expected = model.text(open_clip.get_tokenizer(name)(TEXTS))
    if isinstance(expected, tuple):
        expected = expected[0]
    np.testing.assert_allclose(
        OpenCLIPNodeEncoder(name, str(file)).encode(TEXTS), expected.numpy(),
        atol=1e-5)


def test_batch_mates_make_no_difference(weights):
    encoder = OpenCLIPNodeEncoder(tiny_clip.NAME, str(weights))
    together = encoder.encode(TEXTS)
    alone = np.concatenate([encoder.encode([text]) for text in TEXTS])
    np.testing.assert_allclose(together, alone, atol=1e-5)
    np.testing.assert_allclose(
        encoder.encode(TEXTS[::-1])[::-1], together, atol=1e-5)
    np.testing.assert_array_equal(encoder.encode(TEXTS), together)


def test_no_texts(weights):
    features = OpenCLIPNodeEncoder(tiny_clip.NAME, str(weights)).encode([])
    assert features.shape == (0, 12) and features.dtype == np.float32


def test_only_the_text_tower_stays_and_does_not_train(weights):
    encoder = OpenCLIPNodeEncoder(tiny_clip.NAME, str(weights))
    modules = [value for value in vars(encoder).values()
               if isinstance(value, torch.nn.Module)]
    assert len(modules) == 1
    assert not any(module.training for module in modules[0].modules())
    assert 'visual' not in ' '.join(modules[0].state_dict())


def test_the_random_state_is_left_alone(weights):
    torch.manual_seed(3)
    expected = torch.rand(1)
    torch.manual_seed(3)
    OpenCLIPNodeEncoder(tiny_clip.NAME, str(weights))
    assert torch.rand(1) == expected


def test_the_name_tells_weights_and_settings_apart(model, tmp_path):
    def name_of(folder, model=model, **changes):
        tiny_clip.write_folder(model, tmp_path / folder, **changes)
        return OpenCLIPNodeEncoder(f'local-dir:{tmp_path / folder}').name

    first = name_of('one/clip')
    assert first == name_of('two/clip')
    names = {first, name_of('three/clip', quick_gelu=True),
             name_of('four/clip', tiny_clip.random_clip(1))}
    assert len(names) == 3


def test_a_tag_uses_the_cache_and_its_activation(
        model, tmp_path, monkeypatch, offline):
    monkeypatch.setitem(
        open_clip.pretrained._PRETRAINED, tiny_clip.NAME,
        dict(openai=dict(hf_hub='owner/tiny/', quick_gelu=True),
             laion=dict(hf_hub='owner/tiny/open_clip_pytorch_model.bin')))
    snapshot = cached_folder(tmp_path, 'owner/tiny')
    tiny_clip.write_weights(model, snapshot / 'open_clip_model.safetensors')
    tiny_clip.write_weights(model, snapshot / 'open_clip_pytorch_model.bin')
    encoder = OpenCLIPNodeEncoder(tiny_clip.NAME, 'openai')
    assert f'{tiny_clip.NAME} openai ' in encoder.name
    quick = open_clip.create_model(tiny_clip.NAME, force_quick_gelu=True)
    quick.load_state_dict(model.state_dict())
    np.testing.assert_allclose(
        encoder.encode(TEXTS), tiny_clip.direct_features(quick, TEXTS),
        atol=1e-5)
    plain = OpenCLIPNodeEncoder(tiny_clip.NAME, 'laion').encode(TEXTS)
    np.testing.assert_allclose(
        plain, tiny_clip.direct_features(model, TEXTS), atol=1e-5)
    assert np.abs(plain - encoder.encode(TEXTS)).max() > 1e-3
    assert not offline


def test_a_repository_uses_the_cache(model, tmp_path, offline):
    tiny_clip.write_folder(model, cached_folder(tmp_path, 'owner/tiny'))
    encoder = OpenCLIPNodeEncoder('hf-hub:owner/tiny')
    assert ' owner/tiny ' in encoder.name
    np.testing.assert_allclose(
        encoder.encode(TEXTS), tiny_clip.direct_features(model, TEXTS),
        atol=1e-5)
    assert not offline


def test_weights_of_openai_without_quick_gelu_are_warned_of(
        model, tmp_path_factory, caplog):
    folder = tmp_path_factory.mktemp('warned')

    def warnings_of(file):
        tiny_clip.write_weights(model, file)
        caplog.clear()
        with caplog.at_level(logging.WARNING, 'cra_plugin'):
            OpenCLIPNodeEncoder(tiny_clip.NAME, str(file))
        return [record.getMessage() for record in caplog.records
                if record.name == 'cra_plugin']

    assert not warnings_of(folder / 'laion.safetensors')
    warning, = warnings_of(folder / 'ViT.OpenAI' / 'w.safetensors')
    assert f'{tiny_clip.NAME}-quickgelu' in warning


@pytest.mark.parametrize('arguments, repository', [
    (('ViT-L-14', ), 'timm/vit_large_patch14_clip_224.openai'),
    (('ViT-L/14', 'openai'), 'timm/vit_large_patch14_clip_224.openai'),
    (('ViT-B-32', 'laion2b_s34b_b79k'),
     'laion/CLIP-ViT-B-32-laion2B-s34B-b79K'),
    (('hf-hub:owner/name', ), 'owner/name')])
def test_offline_is_one_short_request(offline, arguments, repository):
    with pytest.raises(InputError) as caught:
        OpenCLIPNodeEncoder(*arguments)
    assert offline == [(repository, 5.0)]
    message = str(caught.value)
    assert f'hf download {repository}' in message
    assert 'no network at all' in message and '\n' not in message


def test_a_tower_of_transformers_needs_its_configuration(
        offline, tmp_path, monkeypatch):
    folder = tiny_clip.write_folder(
        torch.nn.Linear(1, 1), tmp_path / 'roberta',
        text_cfg=dict(hf_model_name='owner/roberta'))
    with pytest.raises(InputError, match='hf download owner/roberta'):
        OpenCLIPNodeEncoder(f'local-dir:{folder}')
    assert offline == [('owner/roberta', 5.0)]


@pytest.mark.parametrize(('name', 'words'), [
    ('ViT-L-14', ['hf download timm/vit_large_patch14_clip_224.openai '
                  'open_clip_model.safetensors',
                  '--model ViT-L-14-quickgelu']),
    ('RN50-quickgelu', ['timm/resnet50_clip.openai', 'RN50-quickgelu;']),
    ('coca_base', ['which holds code', 'save its state_dict()'])])
def test_archives_of_openai_are_told_apart(tmp_path, name, words):
    file = tmp_path / 'ViT-L-14.pt'
    torch.jit.script(torch.nn.Linear(2, 3)).save(file)
    with pytest.raises(InputError) as error:
        find_open_clip_weights(name, str(file))
    assert all(word in str(error.value) for word in words)
    assert ('hf download' in str(error.value)) == (name != 'coca_base')


def test_unknown_names_bring_close_ones():
    with pytest.raises(InputError, match=r"'vit-l14'.*ViT-L-14") as caught:
        OpenCLIPNodeEncoder('vit-l14')
    assert len(str(caught.value)) < 400
    with pytest.raises(InputError, match='laion400m_e32'):
        OpenCLIPNodeEncoder('ViT-L-14', 'no-such-tag')
    with pytest.raises(InputError, match='hf-hub:OWNER/NAME'):
        OpenCLIPNodeEncoder('hf-hub:a/b/c')


def test_unreadable_weights(model, tmp_path):
    whole = tiny_clip.write_weights(model, tmp_path / 'whole.safetensors')
    cut = tmp_path / 'cut.safetensors'
    cut.write_bytes(whole.read_bytes()[:1000])
    empty, text = tmp_path / 'empty.pt', tmp_path / 'text.pt'
    empty.touch()
    text.write_text('no weights')
    pickled = tmp_path / 'pickled.pt'
    torch.save(model, pickled)
    for file in (cut, empty, text, pickled):
        with pytest.raises(InputError, match='no usable weights') as caught:
            OpenCLIPNodeEncoder(tiny_clip.NAME, str(file))
        assert str(file) in str(caught.value)
    with pytest.raises(InputError, match=r'missing\.pt'):
        OpenCLIPNodeEncoder(tiny_clip.NAME, str(tmp_path / 'missing.pt'))


@pytest.mark.parametrize('key', ['width', 'layers', 'vocab_size'])
def test_weights_of_another_architecture(model, weights, tmp_path, key):
    name = f'cra-tiny-{key}'
    text = tiny_clip.CONFIG['text_cfg']
    tiny_clip.register(tmp_path, name, text_cfg=text | {key: text[key] * 2})
    with pytest.raises(InputError) as caught:
        OpenCLIPNodeEncoder(name, str(weights))
    assert f'{weights}: found weights of another arch' in str(caught.value)


def test_folders_that_lack_something(model, tmp_path):
    folder = tiny_clip.write_folder(model, tmp_path / 'clip')
    name = f'local-dir:{folder}'
    file = folder / 'open_clip_model.safetensors'
    shutil.move(file, tmp_path / file.name)
    with pytest.raises(InputError, match=f'{folder}.*no usable weights'):
        OpenCLIPNodeEncoder(name)
    config = folder / 'open_clip_config.json'
    for content in ('{', json.dumps(dict(model_cfg={})), '[]'):
        config.write_text(content)
        with pytest.raises(InputError, match='no usable open_clip_config'):
            OpenCLIPNodeEncoder(name)
    with pytest.raises(InputError, match='no usable open_clip_config'):
        OpenCLIPNodeEncoder(f'local-dir:{tmp_path / "missing"}')


def test_a_device_that_is_not_there(weights):
    for device in ('cuda:99', 'no device'):
        with pytest.raises(InputError, match=device):
            OpenCLIPNodeEncoder(tiny_clip.NAME, str(weights), device)
