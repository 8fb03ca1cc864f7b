import copy
from functools import partial

import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from cra_plugin.causal_features.hugging_face_encoder import (
    HuggingFaceNodeEncoder,
)
from cra_plugin.causal_features.open_clip_encoder import OpenCLIPNodeEncoder
from cra_plugin.errors import InputError
from cra_plugin.feature_extraction.open_clip_frame_encoder import (
    OpenCLIPFrameEncoder,
)
from cra_plugin.functional.onednn_linear import has_onednn, onednn_linear
from cra_plugin.models import fast_linear
from cra_plugin.models.fast_linear import FastLinear, multiply_by_onednn
from cra_plugin.models.text_encoders.hf_text_encoder import HFTextEncoder
from cra_plugin.models.text_encoders.open_clip_text_encoder import (
    OpenCLIPTextEncoder,
)
from cra_plugin.models.video_encoders.open_clip_frames import OpenCLIPFrames
from tests.helpers.tiny_language_model import language_model

needs_onednn = pytest.mark.skipif(
    not has_onednn(), reason='this torch has no oneDNN')


CONFIG = {
    'model_type': 'roberta', 'vocab_size': 50, 'hidden_size': 128,
    'num_hidden_layers': 2, 'num_attention_heads': 2,
    'intermediate_size': 256, 'max_position_embeddings': 40}
# What multiplies most, of a CLIP and of a text model.
ENCODERS = {
    'text': lambda clip, text, **wanted: HFTextEncoder(
        64, config=dict(CONFIG), **wanted),
    'language': lambda clip, text, **wanted: language_model(0, **wanted),
    'CLIP text': lambda clip, text: OpenCLIPTextEncoder(clip).tower,
    'CLIP frames': lambda clip, text: OpenCLIPFrames(clip, None).backbone,
    'extraction': lambda clip, text: OpenCLIPFrameEncoder(clip)._module,
    'CLIP nodes': lambda clip, text: OpenCLIPNodeEncoder(clip)._tower,
    'nodes': lambda clip, text: HuggingFaceNodeEncoder(text)._model}


def fast_layers(module):
    return [each for each in module.modules() if type(each) is FastLinear]


class Halved(nn.Linear):

    def forward(self, inputs):
        return super().forward(inputs) / 2


@needs_onednn
def test_only_plain_layers_change_and_no_parameter():
    module = nn.Sequential(nn.Linear(64, 64), Halved(64, 64))
    names = list(module.state_dict())
    multiply_by_onednn(module, True)
    assert [type(each) for each in module] == [FastLinear, Halved]
    assert list(module.state_dict()) == names
    assert type(copy.deepcopy(module)[0]) is FastLinear


@needs_onednn
def test_autocast_and_the_switch_have_their_own_way(monkeypatch):
    calls = []
    monkeypatch.setattr(fast_linear, 'onednn_linear',
                        lambda *given: calls.append(given) or given[0])
    layer = nn.Linear(64, 64)
    multiply_by_onednn(layer, True)
    inputs = torch.randn(2048, 64)
    layer(inputs)
    with torch.autocast('cpu', torch.bfloat16):
        assert layer(inputs).dtype == torch.bfloat16
    layer.by_onednn = False
    layer(inputs)
    assert len(calls) == 1


@needs_onednn
@pytest.mark.parametrize('use', [
    torch.jit.script, torch.fx.symbolic_trace,
    lambda layer: torch.jit.trace(layer, torch.ones(1024, 64)),
    lambda layer: torch.func.vmap(layer, chunk_size=1),
    lambda layer: lambda inputs: torch.func.jvp(
        layer, (inputs, ), (inputs, ))[0]])
def test_what_looks_at_each_operation_takes_it_as_a_plain_layer(use):
    layer = nn.Linear(64, 1024)
    inputs = torch.randn(2, 1024, 64)
    expected = layer(inputs)
    multiply_by_onednn(layer, True)
    torch.testing.assert_close(use(layer)(inputs), expected)


@needs_onednn
def test_operations_are_counted():
    counted = []
    for wanted in (True, False):
        layer = nn.Linear(64, 1024)
        multiply_by_onednn(layer, wanted)
        with FlopCounterMode(display=False) as counter:
            layer(torch.randn(1024, 64))
        counted.append(counter.get_total_flops())
    assert counted == [2 * 1024 * 1024 * 64] * 2


@pytest.mark.parametrize(('wanted', 'vendor', 'vectors', 'found'), [
    (None, 'AuthenticAMD', 'AVX512', FastLinear),
    (None, 'AuthenticAMD', 'AVX2', nn.Linear),
    (None, 'GenuineIntel', 'AVX512', nn.Linear),
    (None, '', 'DEFAULT', nn.Linear),
    (True, 'GenuineIntel', 'AVX2', FastLinear),
    (False, 'AuthenticAMD', 'AVX512', nn.Linear),
])
def test_the_processor_decides(monkeypatch, wanted, vendor, vectors, found):
    monkeypatch.setattr(fast_linear, 'processor_vendor', lambda: vendor)
    monkeypatch.setattr(fast_linear, 'has_onednn', lambda: True)
    monkeypatch.setattr(torch.backends.mkl, 'is_available', lambda: True)
    monkeypatch.setattr(
        torch.backends.cpu, 'get_cpu_capability', lambda: vectors)
    layer = nn.Linear(2, 2)
    multiply_by_onednn(layer, wanted)
    assert type(layer) is found


def test_torch_without_onednn(monkeypatch):
    monkeypatch.setattr(fast_linear, 'has_onednn', lambda: False)
    layer = nn.Linear(2, 2)
    multiply_by_onednn(layer, None)
    assert type(layer) is nn.Linear
    with pytest.raises(InputError, match=r'onednn_linear.*set it to None'):
        multiply_by_onednn(layer, True)


@pytest.mark.parametrize('encoder', ENCODERS)
def test_what_multiplies_most_does_so_where_mkl_is_slower(
        monkeypatch, encoder, tiny_clip_folder, tiny_world):
    monkeypatch.setattr(fast_linear, 'has_onednn', lambda: True)
    places = f'local-dir:{tiny_clip_folder}', str(tiny_world / 'text')
    for slower in (False, True):
        monkeypatch.setattr(
            fast_linear, '_mkl_is_slower', partial(bool, slower))
        assert bool(fast_layers(ENCODERS[encoder](*places))) is slower


@pytest.mark.parametrize('encoder', ['text', 'language'])
def test_the_field_decides_against_the_processor(monkeypatch, encoder):
    monkeypatch.setattr(fast_linear, 'has_onednn', lambda: True)
    for wanted in (True, False):
        monkeypatch.setattr(
            fast_linear, '_mkl_is_slower', partial(bool, not wanted))
        assert bool(fast_layers(ENCODERS[encoder](
            '', '', onednn_linear=wanted))) is wanted


@needs_onednn
@pytest.mark.parametrize('skip_padding', [True, False])
def test_embeddings_and_gradients_of_texts(skip_padding, monkeypatch):
    calls = []
    monkeypatch.setattr(
        fast_linear, 'onednn_linear',
        lambda *given: calls.append(given) or onednn_linear(*given))
    encoders = []
    for wanted in (True, False):
        torch.manual_seed(0)
        encoders.append(HFTextEncoder(
            64, config=dict(CONFIG), skip_padding=skip_padding,
            onednn_linear=wanted).eval())
    # 6 per layer, the pooler's and 2 of ours.
    assert [len(fast_layers(each)) for each in encoders] == [15, 0]
    tokens = torch.randint(3, 50, (8, 10, 20))
    mask = torch.arange(20) < torch.randint(12, 20, (8, 10, 1))
    found = [encoder(tokens, mask) for encoder in encoders]
    assert calls
    torch.testing.assert_close(*found, rtol=1e-5, atol=1e-5)
    for each in found:
        each.square().sum().backward()
    gradients = [torch.cat([
        each.grad.flatten() for each in encoder.parameters()
        if each.grad is not None]) for encoder in encoders]
    assert gradients[1].norm() > 1
    assert (gradients[0] - gradients[1]).norm() < 1e-5 * gradients[1].norm()
