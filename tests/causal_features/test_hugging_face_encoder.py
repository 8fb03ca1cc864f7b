"""Encoders of transformers: their features, and models that are absent."""

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import (
    AutoModel,
    AutoTokenizer,
    CLIPConfig,
    CLIPModel,
    CLIPTextModelWithProjection,
    SiglipConfig,
    SiglipModel,
    T5Config,
    T5Model,
)

from cra_plugin.causal_features.hugging_face_encoder import (
    HuggingFaceNodeEncoder,
)
from cra_plugin.errors import InputError
from cra_plugin.simulation.text_model import (
    TextModelSettings,
    write_text_model,
)

TEXTS = ['boy', 'what did the boy do after he took the ball', 'a red car',
         'the lady in white walks away']
VISION = dict(hidden_size=16, intermediate_size=16, num_hidden_layers=1,
              num_attention_heads=2, image_size=32, patch_size=16)


@pytest.fixture(scope='module')
def roberta(tmp_path_factory):
    """A folder of a RoBERTa whose dropout would be seen."""
    folder = tmp_path_factory.mktemp('models') / 'roberta'
    write_text_model(TEXTS, folder, TextModelSettings(
        hidden_size=16, num_layers=2, num_heads=2, vocab_size=300,
        dropout=0.5))
    return folder


@pytest.fixture(scope='module')
def save(roberta, tmp_path_factory):
    """Write a random model beside the tokenizer of RoBERTa."""

    def write(model, max_length):
        folder = tmp_path_factory.mktemp('models') / type(model).__name__
        tokenizer = AutoTokenizer.from_pretrained(roberta)
        tokenizer.model_max_length = max_length
        tokenizer.save_pretrained(folder)
        model.save_pretrained(folder)
        return folder

    return write


def text_settings(length):
    return dict(vocab_size=300, hidden_size=16, intermediate_size=16,
                num_hidden_layers=2, num_attention_heads=2,
                max_position_embeddings=length, projection_dim=6,
                bos_token_id=0, pad_token_id=1, eos_token_id=2)


@pytest.fixture(scope='module')
def clip(save):
    torch.manual_seed(0)
    return save(CLIPModel(CLIPConfig(
        text_config=text_settings(20), vision_config=VISION,
        projection_dim=6)), 20)


def test_mean_of_the_hidden_states(roberta):
    encoder = HuggingFaceNodeEncoder(str(roberta))
    model = AutoModel.from_pretrained(roberta).eval()
    tokenizer = AutoTokenizer.from_pretrained(roberta)
    expected = []
    with torch.inference_mode():
        for text in TEXTS:
            states = model(**tokenizer(text, return_tensors='pt'))
            expected.append(states.last_hidden_state[0].mean(0).numpy())
    features = encoder.encode(TEXTS)
    assert features.dtype == np.float32 and encoder.width == 16
    np.testing.assert_allclose(features, expected, atol=1e-5)


def test_text_features_of_clip(clip):
    encoder = HuggingFaceNodeEncoder(str(clip))
    model = CLIPTextModelWithProjection.from_pretrained(clip).eval()
    tokenizer = AutoTokenizer.from_pretrained(clip)
    with torch.inference_mode():
        expected = torch.cat([
            model(**tokenizer(
                text, truncation=True, return_tensors='pt')).text_embeds
            for text in TEXTS])
    assert encoder.width == 6
    np.testing.assert_allclose(
        encoder.encode(TEXTS), expected.numpy(), atol=1e-5)


def test_a_text_model_with_projection_gives_the_same(clip, save):
    model = CLIPTextModelWithProjection.from_pretrained(clip)
    encoder = HuggingFaceNodeEncoder(str(save(model, 20)))
    np.testing.assert_allclose(
        encoder.encode(TEXTS),
        HuggingFaceNodeEncoder(str(clip)).encode(TEXTS), atol=1e-6)


def test_siglip_reads_padding_to_the_full_length(save):
    torch.manual_seed(0)
    model = SiglipModel(SiglipConfig(
        text_config=text_settings(16), vision_config=VISION)).eval()
    folder = save(model, 16)
    ids = AutoTokenizer.from_pretrained(folder)(
        TEXTS, padding='max_length', truncation=True, max_length=16,
        return_tensors='pt')['input_ids']
    with torch.inference_mode():
        expected = model.text_model(input_ids=ids).pooler_output
    encoder = HuggingFaceNodeEncoder(str(folder))
    np.testing.assert_allclose(
        encoder.encode(TEXTS), expected.numpy(), atol=1e-5)
    np.testing.assert_allclose(
        encoder.encode(TEXTS[:1]), expected[:1].numpy(), atol=1e-5)


def test_the_encoder_of_an_encoder_decoder(save):
    folder = save(T5Model(T5Config(
        vocab_size=300, d_model=16, d_kv=8, d_ff=16, num_layers=1,
        num_heads=2, pad_token_id=1, decoder_start_token_id=1)), 64)
    encoder = HuggingFaceNodeEncoder(str(folder))
    assert encoder.encode(TEXTS).shape == (4, 16)


@pytest.mark.parametrize('name', ['roberta', 'clip'])
def test_batch_mates_and_dropout_make_no_difference(name, request):
    encoder = HuggingFaceNodeEncoder(str(request.getfixturevalue(name)))
    together = encoder.encode(TEXTS)
    alone = np.concatenate([encoder.encode([text]) for text in TEXTS])
    np.testing.assert_allclose(together, alone, atol=1e-5)
    np.testing.assert_array_equal(encoder.encode(TEXTS), together)
    assert encoder.encode([]).shape == (0, encoder.width)
    assert encoder.encode([]).dtype == np.float32


@pytest.mark.parametrize('name', ['roberta', 'clip'])
def test_long_texts_are_cut(name, request, caplog):
    encoder = HuggingFaceNodeEncoder(str(request.getfixturevalue(name)))
    long = encoder.encode(['boy ' * 1000, 'boy ' * 2000])
    assert np.isfinite(long).all()
    np.testing.assert_allclose(long[0], long[1], atol=1e-5)


def test_a_tokenizer_without_a_limit(roberta, tmp_path):
    tokenizer = AutoTokenizer.from_pretrained(roberta)
    tokenizer.model_max_length = int(1e30)
    tokenizer.save_pretrained(tmp_path)
    AutoModel.from_pretrained(roberta).save_pretrained(tmp_path)
    np.testing.assert_allclose(
        HuggingFaceNodeEncoder(str(tmp_path)).encode(['boy ' * 1000]),
        HuggingFaceNodeEncoder(str(roberta)).encode(['boy ' * 1000]),
        atol=1e-6)


def test_half_precision_is_computed_in_full(roberta, tmp_path):
    AutoTokenizer.from_pretrained(roberta).save_pretrained(tmp_path)
    AutoModel.from_pretrained(roberta).half().save_pretrained(tmp_path)
    np.testing.assert_allclose(
        HuggingFaceNodeEncoder(str(tmp_path)).encode(TEXTS),
        HuggingFaceNodeEncoder(str(roberta)).encode(TEXTS), atol=1e-2)


def test_the_name_tells_weights_and_settings_apart(roberta, tmp_path):
    def name_of(place, **changes):
        folder = tmp_path / place / 'roberta'
        AutoTokenizer.from_pretrained(roberta).save_pretrained(folder)
        model = AutoModel.from_pretrained(roberta)
        model.config.update(changes)
        model.save_pretrained(folder)
        return HuggingFaceNodeEncoder(str(folder)).name

    first = HuggingFaceNodeEncoder(str(roberta)).name
    assert 'RobertaModel roberta ' in first
    assert name_of('copy') == first
    assert name_of('act', hidden_act='relu') != first
    weights = tmp_path / 'copy' / 'roberta' / 'model.safetensors'
    tensors = load_file(weights)
    tensors['embeddings.word_embeddings.weight'][7, 0] += 1
    save_file(tensors, weights, dict(format='pt'))
    assert HuggingFaceNodeEncoder(str(weights.parent)).name != first


def test_missing_weights_are_never_random(roberta, tmp_path):
    AutoTokenizer.from_pretrained(roberta).save_pretrained(tmp_path)
    AutoModel.from_pretrained(roberta).save_pretrained(tmp_path)
    weights = tmp_path / 'model.safetensors'
    tensors = load_file(weights)
    # The pooler is not used: it may be missing.
    tensors = {key: value for key, value in tensors.items()
               if not key.startswith('pooler.')}
    save_file(tensors, weights, dict(format='pt'))
    HuggingFaceNodeEncoder(str(tmp_path))
    del tensors['encoder.layer.0.output.dense.weight']
    save_file(tensors, weights, dict(format='pt'))
    with pytest.raises(InputError, match=r'1 weights .* are missing'):
        HuggingFaceNodeEncoder(str(tmp_path))
    weights.write_bytes(weights.read_bytes()[:500])
    with pytest.raises(InputError, match='nothing usable'):
        HuggingFaceNodeEncoder(str(tmp_path))


def test_offline_is_one_short_request(monkeypatch):
    asked = []

    def model_info(self, name, timeout):
        asked.append(name)
        raise OSError('no network')

    monkeypatch.setattr('huggingface_hub.HfApi.model_info', model_info)
    with pytest.raises(InputError, match='hf download no-one/no-model'):
        HuggingFaceNodeEncoder('no-one/no-model')
    assert asked == ['no-one/no-model']


def test_a_device_that_is_not_there(roberta):
    with pytest.raises(InputError, match='cuda:99'):
        HuggingFaceNodeEncoder(str(roberta), 'cuda:99')
