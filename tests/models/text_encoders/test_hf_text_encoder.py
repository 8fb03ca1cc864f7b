import os

import pytest
import torch
from transformers import RobertaConfig, RobertaModel

from cra_plugin.errors import InputError
from cra_plugin.models.text_encoders import length_buckets
from cra_plugin.models.text_encoders.hf_text_encoder import HFTextEncoder

CONFIG = {
    'model_type': 'roberta', 'vocab_size': 30, 'hidden_size': 16,
    'num_hidden_layers': 2, 'num_attention_heads': 2,
    'intermediate_size': 16, 'max_position_embeddings': 24,
    'pad_token_id': 1}


def build(**settings):
    torch.manual_seed(0)
    settings = settings or {'config': CONFIG}
    return HFTextEncoder(8, **settings).eval()


def texts(length=6):
    tokens = torch.randint(
        3, 30, (2, 3, length), generator=torch.Generator().manual_seed(0))
    mask = torch.ones(2, 3, length, dtype=torch.bool)
    mask[0, 1, 4:] = mask[1, 2, 2:] = False
    return tokens.masked_fill(~mask, 1), mask


def pad(tokens, mask, extra=5, value=1):
    grow = torch.nn.functional.pad
    return grow(tokens, (0, extra), value=value), grow(mask, (0, extra))


def test_random_weights_from_a_config():
    model = build()
    assert model(*texts()).shape == (2, 3, 8)
    assert model.padding_id == 1 and model.tokenizer is None
    assert CONFIG['model_type'] == 'roberta'
    assert HFTextEncoder(8, config=CONFIG,
                         tokenizer='folder').tokenizer == 'folder'


def test_pooling_by_hand():
    model = build()
    tokens, mask = texts()
    found = model(tokens, mask)
    for row, column in ((0, 1), (1, 0)):
        real = int(mask[row, column].sum())
        ids = tokens[row, column, :real]
        states = model.encoder(input_ids=ids[None]).last_hidden_state[0]
        words = model.projection(states)
        weights = model.word_attention(words)[:, 0].softmax(0)
        torch.testing.assert_close(found[row, column], weights @ words)


def test_extra_padding_changes_nothing_unless_it_is_pooled():
    tokens, mask = texts()
    for masked in (True, False):
        model = build(config=CONFIG, mask_padding=masked)
        short, long = model(tokens, mask), model(*pad(tokens, mask))
        assert torch.allclose(short, long, atol=1e-5) is masked


def test_ids_under_the_padding_do_not_matter():
    model = build()
    tokens, mask = texts()
    torch.testing.assert_close(
        model(*pad(tokens, mask, value=7)), model(tokens, mask))


def test_candidates_do_not_see_each_other():
    model = build()
    tokens, mask = texts()
    torch.testing.assert_close(
        model(tokens.flip(1), mask.flip(1)).flip(1), model(tokens, mask))
    torch.testing.assert_close(
        model(tokens[1:, :1], mask[1:, :1])[0, 0], model(tokens, mask)[1, 0])


@pytest.fixture(params=[0, 3, 10**6])
def calls(request, monkeypatch):
    """Buckets by length, some, and one; lists the shapes of the calls."""
    monkeypatch.setitem(length_buckets.CALL_TOKENS, 'cpu', request.param)
    shapes, forward = [], RobertaModel.forward

    def recording(self, input_ids, **keywords):
        shapes.append(tuple(input_ids.shape))
        return forward(self, input_ids=input_ids, **keywords)

    monkeypatch.setattr(RobertaModel, 'forward', recording)
    return shapes


@pytest.mark.parametrize('training', [False, True])
def test_without_padding_values_and_gradients_stay(calls, training):
    """Equal texts are encoded once where there is no dropout."""
    tokens, mask = pad(*texts())
    tokens[1, 0], mask[1, 0] = tokens[0, 1], mask[0, 1]
    found = []
    for skip in (False, True):
        calls.clear()
        model = build(config=CONFIG | {
            'hidden_dropout_prob': 0., 'attention_probs_dropout_prob': 0.,
        }, skip_padding=skip).train(training)
        output = model(tokens, mask)
        output.pow(2).sum().backward()
        found.append([output] + [
            each.grad for each in model.parameters() if each.requires_grad])
        sizes = sum(number for number, _ in calls)
        if skip:
            assert sizes == (6 if training else 5)
            assert max(length for _, length in calls) == 6
        else:
            assert calls == [(6, 11)]
    for plain, packed in zip(*found):
        torch.testing.assert_close(packed, plain, rtol=1e-5, atol=1e-5)


def test_real_tokens_that_look_like_padding(calls):
    """The mask alone says what is padding; gaps stay where they are."""
    tokens, mask = texts()
    tokens[0, 0, 2] = tokens[0, 1, 5] = 1
    mask[0, 2, 1] = False
    mask[1, 0] = False
    plain, packed = (build(config=CONFIG, skip_padding=skip)(tokens, mask)
                     for skip in (False, True))
    torch.testing.assert_close(packed, plain)


@pytest.mark.parametrize('settings', [
    {'mask_padding': False},
    {'mask_padding': True, 'frozen': True, 'cache': True}])
def test_padding_that_counts_is_encoded(calls, settings, tmp_path):
    if settings.get('cache'):
        settings = settings | {'cache': str(tmp_path)}
    plain, other = (build(config=CONFIG, skip_padding=skip, **settings)(
        *pad(*texts())) for skip in (False, True))
    assert torch.equal(plain, other)
    assert not build(config=CONFIG, **settings).skip_padding


def test_frozen_stays_in_evaluation_mode_without_gradients():
    model = build(config=CONFIG, frozen=True).train()
    assert model.training and model.projection.training
    assert not any(each.training for each in model.encoder.modules())
    model(*texts()).sum().backward()
    assert all(p.grad is None and not p.requires_grad
               for p in model.encoder.parameters())
    assert model.projection.weight.grad is not None
    thawed = build(config=CONFIG).train()
    assert thawed.encoder.training


def test_all_that_asks_for_gradients_gets_them():
    model = build().train()
    model(*texts()).pow(2).sum().backward()
    for name, parameter in model.named_parameters():
        assert (parameter.grad is not None) is parameter.requires_grad, name
    learned = {name.split('.')[1] for name, p in model.named_parameters()
              if p.requires_grad and name.startswith('encoder')}
    assert learned == {'embeddings', 'encoder'}


@pytest.fixture
def folder(tmp_path):
    """A saved RoBERTa."""
    torch.manual_seed(3)
    fields = {k: v for k, v in CONFIG.items() if k != 'model_type'}
    model = RobertaModel(RobertaConfig(**fields))
    model.save_pretrained(tmp_path / 'model')
    return str(tmp_path / 'model'), model


def test_local_folder(folder):
    name, model = folder
    encoder = build(name=name)
    assert encoder.tokenizer == name
    for key, value in model.state_dict().items():
        assert torch.equal(encoder.encoder.state_dict()[key], value), key


@pytest.mark.parametrize('offline', ['0', '1'])
def test_missing_model_says_how_to_fetch_it(offline, monkeypatch):
    import huggingface_hub.constants
    # A closed port stands for a machine without internet.
    monkeypatch.setattr(huggingface_hub.constants, 'HF_HUB_OFFLINE',
                        offline == '1')
    monkeypatch.setattr('time.sleep', lambda _: None)
    for name in ('HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy'):
        monkeypatch.setitem(os.environ, name, 'http://127.0.0.1:9')
    with pytest.raises(InputError) as caught:
        build(name='nobody/has-this-model')
    message = str(caught.value)
    for word in ('HFTextEncoder.name', "'nobody/has-this-model'",
                 'hf download nobody/has-this-model'):
        assert word in message
    assert '\n' not in message


def test_folder_without_a_model(tmp_path):
    with pytest.raises(InputError, match='nothing usable of that name'):
        build(name=str(tmp_path))


@pytest.mark.parametrize('settings', [
    {'name': None}, {'name': 'roberta-base', 'config': CONFIG}])
def test_exactly_one_source(settings):
    with pytest.raises(InputError, match='exactly one of the two'):
        build(**settings)


def test_config_needs_a_model_type():
    with pytest.raises(InputError, match='model_type'):
        build(config={'hidden_size': 16})


def test_a_checkpoint_in_half_precision(folder, tmp_path):
    _, model = folder
    model.bfloat16().save_pretrained(tmp_path / 'half')
    encoder = build(name=str(tmp_path / 'half'))
    tokens = torch.randint(4, 20, (1, 2, 5))
    mask = torch.ones_like(tokens, dtype=torch.bool)
    assert encoder(tokens, mask).dtype == torch.float32


def test_what_stands_at_padding_does_not_matter_even_if_pooled():
    encoder = build(config=dict(CONFIG), mask_padding=False).eval()
    tokens = torch.randint(4, 20, (1, 1, 6))
    mask = torch.tensor([[[True] * 4 + [False] * 2]])
    other = tokens.clone()
    other[..., 4:] = 0
    torch.testing.assert_close(encoder(tokens, mask), encoder(other, mask))


def gradients(checkpointing, half=False):
    """Gradients of a training step with dropout, and layers' runs."""
    model = build(config=CONFIG | {'hidden_dropout_prob': .3},
                  gradient_checkpointing=checkpointing).train()
    runs = []
    for layer in model.encoder.encoder.layer:
        layer.attention.register_forward_hook(lambda *_: runs.append(1))
    torch.manual_seed(1)
    with torch.autocast('cpu', torch.bfloat16, enabled=half):
        output = model(*texts())
    output.pow(2).sum().backward()
    return runs, {name: each.grad for name, each in model.named_parameters()
                  if each.requires_grad}


@pytest.mark.parametrize('half', [False, True])
def test_gradient_checkpointing_gives_the_same_gradients(half):
    (once, expected), (twice, found) = (
        gradients(checkpointing, half) for checkpointing in (False, True))
    assert (len(once), len(twice)) == (2, 4)
    assert expected.keys() == found.keys()
    for name, gradient in expected.items():
        # A softmax does not see the others.
        assert gradient.abs().sum() > 0 or name.endswith(
            ('key.bias', 'word_attention.bias')), name
        torch.testing.assert_close(found[name], gradient)


def test_nothing_is_computed_again_in_evaluation():
    model = build(config=CONFIG, gradient_checkpointing=True)
    torch.testing.assert_close(model(*texts()), build()(*texts()))


def test_a_model_without_gradient_checkpointing(monkeypatch):
    monkeypatch.setattr(RobertaModel, 'supports_gradient_checkpointing',
                        False)
    with pytest.raises(InputError, match='RobertaModel, which transformers '
                                         'cannot checkpoint'):
        build(config=CONFIG, gradient_checkpointing=True)


@pytest.mark.parametrize(('change', 'found'), [
    ({'hidden_sise': 8}, r'hidden_sise: found an unknown .* hidden_size\?'),
    ({'num_attention_heads': 3}, 'config: found what transformers refuses'),
    ({'model_type': 'nope'}, 'config: found what transformers refuses')])
def test_an_architecture_that_is_none(change, found):
    with pytest.raises(InputError, match=rf'^HFTextEncoder\.{found}|^HFText'
                       rf'Encoder\.config\.{found}'):
        build(config={**CONFIG, **change})


def test_of_two_halves_the_encoder_reads():
    model = build(config={
        'model_type': 't5', 'vocab_size': 30, 'd_model': 16, 'd_ff': 16,
        'num_layers': 1, 'num_heads': 2, 'd_kv': 8})
    tokens, mask = texts()
    torch.testing.assert_close(model(*pad(tokens, mask)), model(tokens, mask))
    model.train()(tokens, mask).sum().backward()
    assert all(each.grad is not None for each in model.parameters())
