"""What our model makes of the inputs of a golden case of FrozenBiLM."""

from contextlib import contextmanager
from unittest import mock

import numpy as np
import torch
from mmengine.optim import build_optim_wrapper
from torch.nn.functional import linear

from cra_plugin.conversion.reference_names import ReferenceNames
from cra_plugin.functional.gaussian import gaussian_filter
from cra_plugin.functional.masking import masked_softmax
from cra_plugin.models.grounders.candidate_fusion import words_of
from cra_plugin.structures.video_qg_data_sample import VideoQGDataSample
from cra_plugin.structures.video_question import VideoQuestion
from tests.helpers.golden_frozenbilm import ADDED, PAD

NAMES = ReferenceNames('cra_plugin.GSGHead', True)
BOUNDED = ('prob_yes', 'smoothed', 'start', 'end', 'attention')
LOSSES = ('loss', 'bce', 'positive', 'negative', 'cma')
EXACT = ('window', 'index', 'length', 'pred', 'relative_position', 'ids',
         'attention_mask', 'negatives', 'positions')


def tolerance(name):
    """Of the golden README."""
    if name.endswith(EXACT):
        return {'atol': 0, 'rtol': 0}
    if 'norm' in name and 'normed' not in name:
        return {'atol': 1e-5, 'rtol': 1e-3}
    if name.endswith(('frame_raw', 'frame_filtered')):
        return {'atol': 2e-4, 'rtol': 0}
    if name.endswith((*BOUNDED, *LOSSES)):
        return {'atol': 1e-5, 'rtol': 0}
    return {'atol': 5e-5, 'rtol': 1e-4}


def differences(found, expected):
    """Names of all that differs, with the largest difference."""
    return {name: float((found[name].double() - value.double()).abs().max())
            for name, value in expected.items() if name in found
            and not torch.allclose(found[name].double(), value.double(),
                                   **tolerance(name))}


def differ(found, expected):
    """Whether anything is of another shape or value."""
    return any(found[name].shape != value.shape for name, value
               in expected.items() if name in found) or bool(
        differences(found, expected))


@contextmanager
def watched(model, **modules):
    """Record inputs and outputs of the calls of modules, by name."""
    calls = {name: [] for name in modules}

    def hook(name):
        return lambda _, inputs, output: calls[name].append(
            (inputs[0] if inputs else None, output))

    handles = [module.register_forward_hook(hook(name))
               for name, module in modules.items()]
    try:
        yield calls
    finally:
        for handle in handles:
            handle.remove()


def parts_of(model):
    """The modules whose values are compared."""
    causal = model.causal_intervention
    return {
        'query': model.fusion.query_fusion, 'trans': model.fusion.frame_layer,
        'video': model.fusion.video_fusion, 'norm': model.fusion.norm,
        'head': model.language_model.head,
        'v': model.grounding_head.frame_projection,
        'q': model.grounding_head.query_projection,
        'front': causal.front_door,
        'm': causal.front_door.mediator_projection,
        'x': causal.front_door.video_projection,
        'c': causal.front_door.confounder_projection}


def grounded(model, inputs):
    """All compared values of one call, candidates on axis 1."""
    with watched(model, **parts_of(model)) as calls:
        output = model.ground(model.encode_frames(inputs), inputs, 'choice')
    tokens = inputs['choice_tokens']
    shape = tokens.shape[:2]
    head, causal = model.grounding_head, model.causal_intervention

    def rows(value):
        return value.unflatten(0, shape)

    def swapped(value):
        return value.transpose(0, 1)

    width = output.query.shape[-1]
    x_phi, words = calls['query'][0][0].split(width, -1)
    (first, mediator), (second, x_star) = calls['video'][:2]
    v, q = calls['v'][0][1], calls['q'][0][1]
    raw = output.raw_weights.flatten(0, 1)
    m, x, c = (calls[name][0][1] for name in 'mxc')
    scale = causal.front_door.scale
    keys = causal.back_door.graph_convolution(
        causal.back_door.dictionary.centers).flatten(1)
    backdoor = causal.back_door
    asked = backdoor.query_projection(output.query)
    return {
        'mask_index': model.language_model.mask_index(tokens),
        'x_phi': rows(x_phi), 'words_pooled': rows(words),
        'query': output.query,
        'gate': rows(torch.einsum('ntd,nd->nt', v, q).tanh()),
        'frame_raw': output.raw_weights,
        'frame_filtered': rows(gaussian_filter(
            raw, head.smoothing.current_sigma(q),
            head.smoothing.kernel_size, head.smoothing.border)),
        'frame_smoothed': output.weights,
        **windows_of(model, output.weights),
        'trans_weighted': rows(first[:, width:]),
        'trans_mean': rows(second[:, width:]),
        'mediator': rows(mediator), 'x_star': rows(x_star),
        'frontdoor_batch_attention': swapped(
            (m @ x.mT / scale).softmax(-1)),
        'frontdoor_dictionary_attention': swapped(
            (x @ c.mT / scale).softmax(-1)),
        'frontdoor_out': swapped(calls['front'][0][1]),
        'mask_state': rows(calls['norm'][0][1]),
        'head_state': rows(calls['head'][0][1]),
        'logits': output.logits,
        'prob_yes': output.logits.softmax(-1)[..., 0],
        'pred': output.scores.argmax(1),
        'backdoor_out': backdoor.intervene(output.query),
        'backdoor_attention': (asked @ backdoor.key_projection(keys).T
                               / asked.shape[-1]**.5).softmax(-1),
        'confounders': keys, 'trans': rows(calls['trans'][0][1]),
        'grounding_v': rows(v), 'grounding_q': rows(q)}


def windows_of(model, weights):
    """Frames of the window spans, (B, M, 2), and divided by 31."""
    flat, last = weights.flatten(0, 1).numpy(), weights.shape[-1] - 1
    times = np.tile(np.arange(last + 1.), (len(flat), 1))
    # In a video of so many seconds the released indices are its seconds.
    spans = torch.from_numpy(model.span_decoders['window'](
        flat, times, np.full(len(flat), float(last)),
        np.ones_like(times, dtype=bool))).view(*weights.shape[:2], 2)
    return {'window': spans, 'window_start': spans[..., 0] / 31,
            'window_end': spans[..., 1] / 31}


@contextmanager
def back_door_on(model):
    """The release's forward with the back-door that it never calls."""
    with mock.patch.object(
            model.causal_intervention.back_door, 'applied', True):
        yield


@torch.no_grad()
def branch_outputs(model, case, branch):
    """All candidates at once, and each by itself, under the same names."""
    tokens = case.tokens[branch]
    batched = grounded(model, case.inputs(tokens))
    singles = [grounded(model, case.inputs(case.texts(branch, m)))
               for m in range(case.candidates)]
    alone = {name: torch.cat([each[name] for each in singles], 1)
             for name in batched if batched[name].shape[:2] == tokens.shape[:2]
             or name in ('frontdoor_out', )}
    with back_door_on(model):
        changed = grounded(model, case.inputs(tokens))
    batched |= {f'backdoor_on_{name}': changed[name]
                for name in ('logits', 'frame_smoothed', 'query')}
    batched['text_length'] = torch.tensor(
        [case.texts(branch, m).shape[-1] for m in range(case.candidates)])
    return batched, alone, singles[0]


@torch.no_grad()
def plain_outputs(model, case, branch, single=False, frame_mask=None):
    """The language model by itself."""
    language = model.language_model
    if frame_mask is None:
        frame_mask = torch.ones(case.batch, case.frames, dtype=torch.bool)
    found = []
    for m in range(case.candidates) if single else [slice(None)]:
        tokens = (case.texts(branch, m) if single else case.tokens[branch])
        flat, number = tokens.flatten(0, 1), tokens.shape[1]
        states = language(
            language.embed_frames(case.video).repeat_interleave(number, 0),
            frame_mask.repeat_interleave(number, 0), flat, flat != PAD,
            attention=True)
        index = language.mask_index(flat), torch.arange(len(flat))
        state = states.words[index[1], index[0]]
        logits = language.answer_logits(state)
        found.append({
            'plain_mask_state': state, 'plain_logits': logits,
            'plain_prob_yes': logits.softmax(-1)[:, 0],
            'posthoc_attention': states.attention[index[1], index[0]]})
    joined = {name: torch.cat(
        [each[name].unflatten(0, (case.batch, -1)) for each in found], 1)
        for name in found[0]}
    return joined | {
        'plain_pred': joined['plain_prob_yes'].argmax(1)}


@torch.no_grad()
def layer_outputs(model, case, positions):
    """What the language model makes of candidate 0, at some positions."""
    language, fusion = model.language_model, model.fusion
    encoder, embeddings = (language.deberta.encoder,
                           language.deberta.embeddings)
    layer, last = encoder.layer[0], encoder.layer[-1]
    ids = case.texts('vqa', 0)[:, 0]
    mask = torch.ones(case.batch, case.frames, dtype=torch.bool)
    with watched(model, embeddings=embeddings, layer=layer, last=last,
                 conv=encoder.conv, attn=layer.attention.output.dense,
                 ff=layer.output.dense) as calls:
        states = language(language.embed_frames(case.video), mask, ids,
                          ids != PAD, attention=True)
    embedded = calls['embeddings'][0][1]
    joint = torch.cat((mask, ids != PAD), 1)
    relative = encoder.get_rel_pos(embedded)
    _, attention = layer.attention.self(
        embedded, encoder.get_attention_mask(joint.long()), True,
        relative_pos=relative, rel_embeddings=encoder.get_rel_embedding())
    index = language.mask_index(ids)
    words = words_of(ids[:, None], (ids != PAD)[:, None], index[:, None],
                     True)[:, 0]
    weights = masked_softmax(
        fusion.word_attention(states.words).squeeze(-1), words)
    found = {
        'embeddings': embedded, 'layer0_before_conv': calls['layer'][0][1][0],
        'layer0_after_conv': calls['conv'][0][1],
        'last_layer': calls['last'][0][1][0],
        'emd_pass1': calls['last'][1][1][0],
        'emd_pass2': calls['last'][2][1][0]}
    for name in ('attn', 'ff'):
        before, after = calls[name][0]
        dense = getattr(layer, 'attention' if name == 'attn' else 'output')
        dense = dense.output.dense if name == 'attn' else dense.dense
        found[f'adapter_{name}_in'] = linear(before, dense.weight, dense.bias)
        found[f'adapter_{name}_out'] = after
    found = {f'c0_{name}': value[:, positions]
             for name, value in found.items()}
    return found | {
        'rel_embeddings_normed': encoder.get_rel_embedding(),
        'c0_relative_position': relative[0],
        'c0_attention_layer0': attention[:, :, positions],
        'c0_input_ids': ids, 'c0_attention_mask': joint.long(),
        'c0_positions': positions,
        'c0_word_attention': weights[words].view(case.batch, -1)}


@torch.no_grad()
def odd_batches(model, case):
    """Candidate 0 with more padding, and without a batch mate."""
    inputs = case.inputs(case.texts('vqa', 0), padded=ADDED)
    tokens = inputs['choice_tokens']
    mask = inputs['choice_mask']
    # Here the padding that is pooled reaches further than any text.
    words = torch.ones_like(mask).scatter(
        -1, model.language_model.mask_index(tokens)[..., None], False)
    padded = model.ground_texts(
        model.encode_frames(inputs), inputs['frame_mask'], tokens, mask,
        words)
    # The texts keep the padding that the third sample gave them.
    two = {key: value[:2] for key, value in
           case.inputs(case.texts('vqa', 0)).items()}
    words = torch.ones_like(two['choice_mask']).scatter(-1, (
        model.language_model.mask_index(two['choice_tokens'])[..., None]),
        False)
    alone = model.ground_texts(
        model.encode_frames(two), two['frame_mask'], two['choice_tokens'],
        two['choice_mask'], words)
    return {'c0_logits_padded_by_3': padded.logits[:, 0],
            'c0_logits_first_two_alone': alone.logits[:, 0]}


def training_outputs(model, case, cma=True):
    """Losses, weights and gradients of a training step, and CMA's inputs."""
    golden = case.expected('train')
    model.train()
    model.zero_grad(set_to_none=True)
    samples = [VideoQGDataSample.from_question(
        # One video: in the release that does not matter.
        VideoQuestion('v', '0', 'why', (), int(answer)), np.empty(0),
        gt_question=int(question)) for answer, question in zip(
            case.targets['vqa'], case.targets['vq'])]
    inputs = case.inputs(case.tokens['vqa'])
    for key, value in case.inputs(case.tokens['vq']).items():
        if key.startswith('question'):
            inputs[key] = value
    outputs, aligned = [], []
    ground = model.ground
    draws = iter([golden['vq_cma_negatives'], golden['vqa_cma_negatives']])
    criterion, weight = model.cma_loss, 0.5
    if not cma:
        model.cma_loss = None
    with mock.patch.object(
            model, 'ground', lambda *args: outputs.append(ground(*args))
            or outputs[-1]), mock.patch.object(
            torch, 'multinomial', lambda _, number, **__: next(
                draws).repeat(1, number)[:, :number]):
        if cma:
            handle = criterion.register_forward_hook(
                lambda _, args, value: aligned.append((*args, value)))
        losses = model(inputs, samples, 'loss')
        if cma:
            handle.remove()
    model.cma_loss = criterion
    total = sum(value for name, value in losses.items() if 'loss' in name)
    total.backward()
    if not cma:
        return {'bce_only_loss': total.detach(),
                'bce_only_grad_norms': gradient_norms(model, case)}
    found = {'total_loss': total}
    for branch, output, (video, text, _, value) in zip(
            ('vq', 'vqa'), outputs, aligned):
        score = output.scores
        right = torch.nn.functional.one_hot(
            torch.from_numpy(case.targets[branch]), case.candidates).bool()
        found |= {
            f'{branch}_prob_yes': output.logits.softmax(-1)[..., 0],
            f'{branch}_frame_smoothed': output.weights,
            f'{branch}_bce': losses[f'loss_{branch}'],
            f'{branch}_bce_positive': -score[right].sigmoid().log().mean(),
            f'{branch}_bce_negative':
            -(1 - score[~right].sigmoid()).log().mean(),
            f'{branch}_cma': value / weight,
            f'{branch}_loss': losses[f'loss_{branch}'] + value,
            f'{branch}_cma_video': video, f'{branch}_cma_text': text}
    names = case.content[f'{case.name}/train/grad_names']
    norms = gradient_norms(model, case)
    layers = model.language_model.deberta.encoder.layer
    found |= {
        'grad_norms': norms, 'grad_total_norm': norms.clamp(min=0).norm(),
        'grad_group_norms': group_norms(
            norms, names, case.content[f'{case.name}/train/grad_groups']),
        'grad_sigma': model.grounding_head.smoothing.sigma.grad,
        'grad_adapter0_up_bias':
        layers[0].attention.output.dense.up.bias.grad,
        'grad_word_attn': model.fusion.word_attention.weight.grad}
    return {name: value.detach() for name, value in found.items()}


def gradient_norms(model, case, names=None):
    """Norms by released name; -1 where there is no gradient."""
    names = case.content[
        f'{case.name}/train/{names or "grad_names"}'].tolist()
    norms = dict.fromkeys(names, -1.)
    for ours, parameter in model.named_parameters():
        sources = NAMES.sources(ours)
        if parameter.grad is not None:
            for name, part in zip(sources,
                                  parameter.grad.chunk(max(1, len(sources)))
                                  if parameter.ndim else [parameter.grad]):
                norms[name] = float(part.double().norm())
    return torch.tensor([norms.pop(name) for name in names])


def group_norms(norms, names, groups):
    """Norms of the groups in which the golden file sums them up."""
    members = {group: [] for group in groups}
    for norm, name in zip(norms.clamp(min=0), names):
        members[group_of(str(name), members)].append(norm)
    return torch.stack([torch.stack(each).norm()
                        for each in members.values()])


def group_of(name, groups):
    """The group of a released parameter."""
    for part, group in (('.adapter.', 'adapters'),
                        ('linear_video', 'linear_video'),
                        ('deberta.', 'encoder_layer_norms'),
                        ('lm_predictions.', 'head_layer_norm')):
        if part in name:
            return group
    return next(group for group in groups if name.startswith(f'{group}.')
                or name == group)


def plain_training_outputs(model, case):
    """Loss and gradients of the language model without a head."""
    samples = [VideoQGDataSample.from_question(
        VideoQuestion(str(row), '0', 'why', (), int(answer)), np.empty(0))
        for row, answer in enumerate(case.targets['vqa'])]
    model.train()
    losses = model(case.inputs(case.tokens['vqa']), samples, 'loss')
    losses['loss_vqa'].backward()
    return {'plain_loss': losses['loss_vqa'].detach(),
            'plain_grad_norms': gradient_norms(model, case,
                                               'plain_grad_names')}


def settings(config, model):
    """What the preset says of training and decoding, as built."""
    weights = np.array([[0, 0, .2, .21, .25, .22, .12, 0]])
    frames = np.arange(8.)[None]
    arguments = weights, frames, np.array([7.]), frames > -1
    names = [name for name, _ in model.named_parameters()]
    layer = model.language_model.deberta.encoder.layer[0]
    wrapper = build_optim_wrapper(model, config.optim_wrapper)
    return {
        'trained_dictionaries': torch.tensor(
            sum(name.endswith('dictionary.centers') for name in names)),
        'adapter_std': torch.tensor(layer.output.dense.std),
        'frozen_in_optimizer': torch.tensor(sum(
            not each.requires_grad
            for group in wrapper.optimizer.param_groups
            for each in group['params'])),
        # Worked out by hand: windows have 1 or 3 of 8 frames.
        **{f'{name}_of_8': torch.from_numpy(
            model.span_decoders[name](*arguments))
            for name in ('window', 'merged')}}


SETTINGS = {
    'trained_dictionaries': torch.tensor(2),
    'adapter_std': torch.tensor(.02),
    'frozen_in_optimizer': torch.tensor(0),
    'window_of_8': torch.tensor([[3., 6.]]),
    'merged_of_8': torch.tensor([[3., 5.]])}
