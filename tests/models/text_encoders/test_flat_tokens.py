"""Texts read as one stream of real tokens, against padded ones."""

import pytest
import torch
import transformers
from packaging.version import Version
from torch.nn.functional import scaled_dot_product_attention

from cra_plugin.errors import InputError
from cra_plugin.models.text_encoders import flat_tokens
from cra_plugin.models.text_encoders.hf_text_encoder import HFTextEncoder

pytestmark = pytest.mark.skipif(
    Version(transformers.__version__).major < 5,
    reason='transformers 4 does not let attention be replaced')
SIZE = {
    'vocab_size': 30, 'hidden_size': 16, 'num_hidden_layers': 2,
    'num_attention_heads': 2, 'intermediate_size': 16,
    'max_position_embeddings': 24, 'hidden_dropout_prob': 0.,
    'attention_probs_dropout_prob': 0.}
FAMILIES = {
    'bert': {'pad_token_id': 0}, 'roberta': {'pad_token_id': 1},
    'electra': {'pad_token_id': 0, 'embedding_size': 16},
    'xlm-roberta': {'pad_token_id': 1}, 'camembert': {'pad_token_id': 1}}
needs_gpu = pytest.mark.skipif(
    not torch.cuda.is_available(), reason='needs a GPU')


def build(family='roberta', architecture=(), **settings):
    torch.manual_seed(0)
    config = {'model_type': family, **SIZE, **FAMILIES[family],
              **dict(architecture)}
    return HFTextEncoder(8, config=config, **settings)


def texts(seed=1):
    """Gaps, an empty text, and a token that looks like padding."""
    draw = torch.Generator().manual_seed(seed)
    tokens = torch.randint(3, 30, (2, 3, 11), generator=draw)
    mask = torch.arange(11) < torch.randint(1, 9, (2, 3, 1), generator=draw)
    mask[0, 2, 1] = False
    mask[1, 0] = False
    tokens[0, 0, 2] = 1
    return tokens, mask


def values_and_gradients(model, tokens, mask):
    output = model(tokens, mask)
    output.float().pow(2).sum().backward()
    return [output] + [
        each.grad for each in model.parameters() if each.grad is not None]


@pytest.mark.parametrize('family', FAMILIES)
@pytest.mark.parametrize('settings', [
    {}, {'gradient_checkpointing': True}])
@pytest.mark.parametrize('training', [False, True])
def test_values_and_gradients_are_those_of_padded_texts(
        family, settings, training):
    padded, flat = (
        values_and_gradients(build(family, flat_tokens=True, **settings,
                                   skip_padding=skip).train(training),
                             *texts()) for skip in (False, True))
    assert len(padded) == len(flat) > 30
    for one, other in zip(padded, flat):
        torch.testing.assert_close(other, one, rtol=1e-4, atol=1e-5)


def test_the_layers_see_real_tokens_only():
    model = build(flat_tokens=True).train()
    seen = []
    model.encoder.encoder.layer[0].register_forward_hook(
        lambda _, given, __: seen.append(given[0].shape))
    tokens, mask = texts()
    model(tokens, mask)
    assert seen == [(1, int(mask.sum()), 16)]
    # Outside of training equal texts are read once.
    copies = tokens[:1].expand(4, -1, -1), mask[:1].expand(4, -1, -1)
    model.eval()(*copies)
    assert seen[1] == (1, int(mask[0].sum()), 16)


def test_a_text_does_not_see_the_others():
    model = build(flat_tokens=True).eval()
    tokens, mask = texts()
    other = tokens.clone()
    other[0, 1] = 7
    changed = (model(other, mask) - model(tokens, mask)).abs().amax(dim=-1)
    assert changed[0, 1] > 1e-3
    changed[0, 1] = 0
    assert changed.max() < 1e-6


def test_padded_texts_are_read_as_before_afterwards():
    model, (tokens, mask) = build(flat_tokens=True).eval(), texts()
    model.skip_padding = False
    before = model(tokens, mask)
    model.skip_padding = True
    model(tokens, mask)
    model.skip_padding = False
    assert torch.equal(model(tokens, mask), before)


def test_dropout_is_drawn_in_attention():
    """It is the only one here."""
    model = build(flat_tokens=True, architecture={
        'attention_probs_dropout_prob': .5}).train()
    one, other = (model(*texts()) for _ in range(2))
    assert not torch.equal(one, other)
    assert torch.equal(model.eval()(*texts()), model(*texts()))


def test_on_a_cpu_texts_of_like_length_are_the_default():
    assert build().flat_tokens == {True: True, False: False}
    assert build(flat_tokens=False).flat_tokens == {True: False, False: False}


@pytest.mark.parametrize('change', [
    {'is_decoder': True}, {'position_embedding_type': 'relative_key'},
    {'attn_implementation': 'eager'}])
def test_what_cannot_be_read_so_is_refused_or_left(change):
    model = build(architecture=change)
    assert model.flat_tokens == {True: False, False: False}
    for name in ('flat_tokens', 'compile_layers'):
        with pytest.raises(InputError, match=f'HFTextEncoder.{name}: found '
                           'True for RobertaModel'):
            build(architecture=change, **{name: True})


def test_compiled_layers_keep_their_names():
    plain, compiled = build(), build(compile_layers=True, flat_tokens=True)
    assert list(compiled.state_dict()) == list(plain.state_dict())
    assert all(layer._compiled_call_impl
               for layer in compiled.encoder.encoder.layer)
    with torch.compiler.set_stance('force_eager'):
        torch.testing.assert_close(compiled.eval()(*texts()),
                                   plain.eval()(*texts()))


def by_text(query, key, value, bounds, key_bounds, longest, key_longest,
            dropout, is_causal, return_debug_mask, scale):
    """What torch's kernel gives, text by text."""
    assert bounds is key_bounds and longest == key_longest == 11
    assert bounds.dtype == torch.int32 and not is_causal and dropout == .25
    parts = []
    for start, end in zip(bounds[:-1].tolist(), bounds[1:].tolist()):
        own = (each[start:end].transpose(0, 1)
               for each in (query, key, value))
        parts.append(scaled_dot_product_attention(
            *own, scale=scale).transpose(0, 1))
    return torch.cat(parts), None


def test_the_kernel_for_texts_of_any_length_is_called_right(monkeypatch):
    """It exists on GPUs alone: stood in for, and its arguments compared."""
    kernel = torch.ops.aten._flash_attention_forward
    assert [each.name for each in kernel.default._schema.arguments][:11] == [
        'query', 'key', 'value', 'cum_seq_q', 'cum_seq_k', 'max_q', 'max_k',
        'dropout_p', 'is_causal', 'return_debug_mask', 'scale']
    monkeypatch.setattr(torch.ops.aten, '_flash_attention_forward', by_text)
    places = flat_tokens.find_places(texts()[1].flatten(0, 1))
    query, key, value = torch.randn(
        3, 1, 2, len(places.slots), 8, generator=torch.Generator())
    found = flat_tokens._attend_in_place(
        query, key, value, .3, .25, places)
    padded, _ = flat_tokens._attend(
        None, query, key, value, None, .3, 0., token_places=places)
    torch.testing.assert_close(found, padded)


@needs_gpu
@pytest.mark.parametrize(('kind', 'tolerance'), [
    (None, 1e-5), (torch.bfloat16, 2e-2), (torch.float16, 5e-3)])
def test_on_a_gpu(kind, tolerance):
    """By either kernel, close to padded texts in float32."""
    found = []
    for skip in (False, True):
        model = build(skip_padding=skip).cuda().train()
        with torch.autocast('cuda', kind, enabled=skip and kind is not None):
            output, *gradients = values_and_gradients(
                model, *(each.cuda() for each in texts()))
        found.append([output, torch.cat(
            [each.flatten() for each in gradients])])
    for padded, flat in zip(*found):
        assert (flat - padded).norm() < tolerance * padded.norm()
