"""No code that comes with a model is run, and nobody is asked to."""

import json
import re

import pytest
import torch
from transformers import AutoConfig, AutoModel, AutoTokenizer

from cra_plugin.causal_features.hugging_face_encoder import (
    HuggingFaceNodeEncoder,
)
from cra_plugin.causal_features.open_clip_encoder import OpenCLIPNodeEncoder
from cra_plugin.errors import InputError
from cra_plugin.models.text_encoders import HFTextEncoder
from cra_plugin.pretrained.hugging_face import load_pretrained
from cra_plugin.pretrained.open_clip_towers import build_tower
from cra_plugin.pretrained.open_clip_weights import (
    find_open_clip_weights,
    load_open_clip,
)
from tests.conftest import REPOSITORY
from tests.helpers import tiny_clip
from tests.helpers.forked_python import fork_tool

CODE = """from pathlib import Path
Path(__file__).with_name('ran').touch()
from transformers import RobertaConfig as Config, RobertaModel as Model
from transformers import RobertaTokenizerFast as Tokenizer
"""
MAP = {'AutoConfig': 'evil.Config', 'AutoModel': 'evil.Model'}
TOKENIZER_MAP = {'AutoTokenizer': ['evil.Tokenizer', 'evil.Tokenizer']}


@pytest.fixture(autouse=True)
def willing(tmp_path, monkeypatch):
    """Somebody who would answer every question with yes."""
    monkeypatch.setattr('builtins.input', lambda *_: 'y')
    monkeypatch.setenv('HF_MODULES_CACHE', str(tmp_path / 'modules'))
    yield
    assert not list(tmp_path.rglob('ran'))


@pytest.fixture
def folder(tmp_path):
    """A text model that brings code."""
    folder = tmp_path / 'model'
    folder.mkdir()
    (folder / 'evil.py').write_text(CODE)
    (folder / 'config.json').write_text(json.dumps(
        {'model_type': 'of its own', 'auto_map': MAP | TOKENIZER_MAP}))
    (folder / 'tokenizer_config.json').write_text(json.dumps(
        {'auto_map': TOKENIZER_MAP}))
    return folder


def refused(call):
    with pytest.raises(InputError, match='Python code of its own') as caught:
        call()
    assert '\n' not in str(caught.value)


@pytest.mark.parametrize('loader', [AutoConfig, AutoModel, AutoTokenizer])
def test_a_folder_with_code(folder, loader):
    refused(lambda: load_pretrained(loader, str(folder), 'field'))


@pytest.mark.parametrize('load', [
    HuggingFaceNodeEncoder, lambda name: HFTextEncoder(8, name)])
def test_a_text_encoder_with_code(folder, load):
    refused(lambda: load(str(folder)))


def clip_folder(tmp_path, **text):
    return 'local-dir:' + str(tiny_clip.write_folder(
        torch.nn.Linear(1, 1), tmp_path / 'clip', text_cfg=text))


@pytest.mark.parametrize('load', [
    OpenCLIPNodeEncoder, lambda name: build_tower(name, None, 'visual'),
    lambda name: load_open_clip(find_open_clip_weights(name, ''))])
def test_open_clip_with_a_text_tower_of_code(folder, tmp_path, load):
    refused(lambda: load(clip_folder(tmp_path, hf_model_name=str(folder))))


def test_open_clip_with_a_model_of_code(folder, tmp_path):
    """transformers knows its configuration, but no model of that."""
    (folder / 'config.json').write_text(json.dumps(
        {'model_type': 'rag', 'auto_map': MAP}))
    refused(lambda: build_tower(
        clip_folder(tmp_path, hf_model_name=str(folder)), None, 'visual'))


def test_open_clip_that_trusts_its_tokenizer(tmp_path):
    name = clip_folder(tmp_path, tokenizer_kwargs={'trust_remote_code': True})
    with pytest.raises(InputError, match='found trust_remote_code'):
        OpenCLIPNodeEncoder(name)


def test_a_model_that_is_known_needs_no_code(tiny_world, tmp_path):
    """Files of many models name code that transformers has by now."""
    folder = tmp_path / 'known'
    folder.mkdir()
    for path in (tiny_world / 'text').iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    (folder / 'evil.py').write_text(CODE)
    for name, names in (('config.json', MAP),
                        ('tokenizer_config.json', TOKENIZER_MAP)):
        content = json.loads((folder / name).read_text())
        (folder / name).write_text(json.dumps(content | {'auto_map': names}))
    for loader in (AutoConfig, AutoModel, AutoTokenizer):
        load_pretrained(loader, str(folder), 'field')


def test_the_training_tool(folder, tiny_options, as_arguments, tmp_path):
    options = tiny_options | {'model.text_encoder.name': str(folder)}
    process = fork_tool(
        'train.py', REPOSITORY / 'configs' / 'cra_nextgqa.py', '--work-dir',
        tmp_path / 'work', *as_arguments(options))
    # Above it is a warning of mmengine's about the server that forks.
    error = process.stderr.strip().splitlines()[-1]
    assert process.returncode == 2 and 'Traceback' not in process.stderr
    assert f'model.text_encoder.name: found {str(folder)!r}' in error


def test_models_are_loaded_in_one_place():
    for path in (REPOSITORY / 'cra_plugin').rglob('*.py'):
        if path.name not in ('hugging_face.py', 'hugging_face_encoder.py'):
            assert not re.search(r'\.from_pretrained\(', path.read_text())
