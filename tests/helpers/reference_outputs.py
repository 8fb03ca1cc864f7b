"""What our model makes of the inputs of a golden file, and what it must."""

from unittest import mock

import numpy as np
import torch
from mmengine.optim import build_optim_wrapper

from cra_plugin.datasets.question_corpus import QuestionCorpus
from cra_plugin.functional.info_nce import info_nce
from cra_plugin.models.losses import cma_loss
from cra_plugin.registry import TRANSFORMS
from cra_plugin.structures.video_qg_data_sample import VideoQGDataSample
from cra_plugin.structures.video_question import VideoQuestion
from tests.helpers.released_tokens import expected_ids, pipeline_ids

NEGATIVES = 32
# Seconds; not a whole number, so that rounding shows.
DURATION = 47.31
BOUNDED = ('raw', 'smoothed', 'start', 'end')
# What the released model makes of each sample by itself, in any batch.
UNMIXED = ('text_pooled', 'infer_answer_proj', 'encoder_out', 'infer_raw',
           'infer_smoothed')
# Weights of 32 frames 0.3 s apart from 0.5 s on, in a video of 9.5 s: a
# plateau at its end, one at its start, and a peak with a low echo. Worked out
# by hand.
PROBE_SPANS = {
    'window': [[8.3, 9.8], [0., 1.5], [4.9, 6.4]],
    'adaptive': [[6.5, 9.8], [.8, 3.8], [5.3, 6.5]],
    'merged': [[8.3, 9.8], [.8, 1.5], [5.3, 6.4]]}


def tolerance(name):
    """Of the golden README; whole numbers must be equal.

    The encoder's is narrower, so that its epsilons show.
    """
    if name.endswith((*BOUNDED, 'encoder_out')):
        return {'atol': 1e-5, 'rtol': 0}
    if name.endswith(('window', 'mask')):
        return {'atol': 0, 'rtol': 0}
    return {'atol': 2e-4, 'rtol': 1e-3}


def expected_outputs(golden):
    """The golden values, and what else the release preset stands for."""
    starts, ends = (golden.expected[f'infer_{side}'].double() * DURATION
                    for side in ('start', 'end'))
    return {
        **golden.expected, **expected_ids(),
        **{f'single_{name}': golden.expected[name] for name in UNMIXED},
        'seconds': torch.stack((starts, ends), 1).round(decimals=1),
        **{f'probe_{name}': torch.tensor(spans, dtype=torch.double)
           for name, spans in PROBE_SPANS.items()},
        'trained_dictionaries': torch.tensor(2),
        'sigma_rate': torch.tensor(1.), 'save_best': 'Acc@VQA',
        'positive_drawn_again': (True, True)}


def preset_outputs(config, model, golden):
    """The same of a model and its config."""
    return {name: value
            for part in output_parts(config, model, golden)
            for name, value in part.items()}


@torch.no_grad()
def output_parts(config, model, golden):
    """All of that, a part at a time, cheap ones first."""
    yield probe_spans(model)
    yield pipeline_ids(config)
    yield {'nce_q_to_v': alignment(model.cma_loss, golden)}
    yield training_settings(config, model)
    yield interventions(model, golden)
    yield inference(model, golden, slice(None))
    yield training(model, golden)
    yield windows(model, golden)
    singles = [inference(model, golden, slice(row, row + 1))
               for row in range(golden.batch)]
    alone = {f'single_{name}': torch.cat([each[name] for each in singles])
             for name in (*UNMIXED, 'infer_logits')}
    alone['single_logits'] = alone.pop('single_infer_logits')
    yield alone


def compare(found, expected):
    """Names of all that differs, with the largest difference."""
    different = {}
    for name, value in expected.items():
        other = found[name]
        if not torch.is_tensor(value):
            if other != value:
                different[name] = other
            continue
        value = value.double()
        if not torch.allclose(other.double(), value, **tolerance(name)):
            different[name] = float((other.double() - value).abs().max())
    return different


def collate(model, golden, rows):
    """A batch as the data preprocessor hands it to the model."""
    mask = golden.tokens != 1
    inputs = {'frames': golden.frames, 'choice_tokens': golden.tokens,
              'choice_mask': mask, 'question_tokens': golden.tokens,
              'question_mask': mask}
    return model.data_preprocessor(
        {'inputs': {key: list(value[rows])
                    for key, value in inputs.items()}})['inputs']


def inference(model, golden, rows):
    """All compared outputs of one call."""
    inputs = collate(model, golden, rows)
    (candidates, ) = model.encode_candidates(inputs, 'choice')
    frames = model.encode_frames(inputs)
    output = model.ground_answers(inputs)
    return {
        'text_pooled': candidates, 'infer_answer_proj': candidates,
        'encoder_out': frames[:, ::8, ::64], 'infer_raw': output.raw_weights,
        'infer_smoothed': output.weights, 'infer_video_proj': output.video,
        'infer_logits': output.logits}


def predicted_windows(model, golden, duration):
    """The window spans in seconds, (B, 2)."""
    inputs = collate(model, golden, slice(None))
    times = np.linspace(0, duration, golden.frames.shape[1])
    question = VideoQuestion('v', '0', 'why', (), None, duration=duration)
    samples = [VideoQGDataSample.from_question(question, times)
               for _ in range(golden.batch)]
    predicted = model(inputs, samples, mode='predict')
    return torch.tensor([each.pred_span['window'] for each in predicted],
                        dtype=torch.double)


def windows(model, golden):
    """The window spans: frames, fractions, frames touched and seconds."""
    last = golden.frames.shape[1] - 1
    # In a video of so many seconds the released indices are its seconds.
    spans = predicted_windows(model, golden, float(last))
    frames = torch.arange(last + 1)
    return {
        'infer_window': spans, 'infer_start': spans[:, 0] / last,
        'infer_end': spans[:, 1] / last,
        'infer_mask': (frames >= spans[:, :1]) & (frames <= spans[:, 1:]),
        'seconds': predicted_windows(model, golden, DURATION)}


def training(model, golden):
    """Query, weights, features, logits and losses of VQ and VQA."""
    samples = [VideoQGDataSample.from_question(
        VideoQuestion(str(row), '0', 'why', (), int(answer)), np.empty(0),
        gt_question=int(answer))
        for row, answer in enumerate(golden.answers)]
    outputs, aligned = [], []
    ground, align = model.ground, model.cma_loss.forward
    with mock.patch.object(
            model, 'ground',
            lambda *args: outputs.append(ground(*args)) or outputs[-1]
    ), mock.patch.object(
            model.cma_loss, 'forward',
            lambda *args: aligned.append(args) or align(*args)):
        losses = model(collate(model, golden, slice(None)), samples, 'loss')
    found = {}
    for branch, output, pair in zip(('VQA', 'VQ'), outputs, aligned):
        found |= {
            f'{branch}_logits': output.logits,
            f'{branch}_smoothed': output.weights,
            f'{branch}_grounding_feature': pair[0],
            f'{branch}_align_gt': pair[1],
            f'{branch}_ce': losses[f'loss_{branch.lower()}']}
    return found


def interventions(model, golden):
    """Both interventions on drawn inputs, each called by itself."""
    shape = golden.batch, golden.shapes['decoder.norm.gamma'][0]
    causal = model.causal_intervention
    mediator, video = (golden.draw(f'front_{x}', shape) for x in 'mx')
    return {
        'backdoor_out': causal.back_door.intervene(
            golden.draw('backdoor_x', shape)),
        'frontdoor_out': causal.front_door(mediator, video, video[:, None])}


def alignment(criterion, golden):
    """The model's own CMA loss on the golden query and negatives.

    The negatives are further rows of the batch, all of one video, of which
    the draw picks the golden ones; only the golden queries count.
    """
    batch = golden.batch
    shape = batch, golden.shapes['decoder.norm.gamma'][0]
    query = golden.draw('nce_q', shape)
    negatives = golden.draw('nce_neg', (batch, NEGATIVES, shape[1]))
    video = torch.cat((golden.draw('nce_v', shape) + .5 * query,
                       negatives.flatten(0, 1)))
    index = torch.zeros(len(video), NEGATIVES, dtype=torch.long)
    index[:batch] = batch + torch.arange(
        batch * NEGATIVES).view(batch, NEGATIVES)
    with mock.patch.object(
            torch, 'multinomial', lambda _, number, **__: index[:, :number]
    ), mock.patch.object(
            cma_loss, 'info_nce', lambda *args: info_nce(
                *(each[:batch] for each in args[:3]), *args[3:])):
        loss = criterion(video, query.repeat(1 + NEGATIVES, 1),
                         torch.zeros(len(video)))
    return loss / criterion.loss_weight


def probe_spans(model):
    """The spans of weights that tell every option of the decoders."""
    frames = np.arange(32)
    weights = np.where([frames >= 20, frames < 12, frames < 0], .9, 0)
    weights[0, 31] = weights[1, 1] = weights[2, 16] = 1
    weights[2, 20] = .1
    inputs = (weights, np.tile(.5 + .3 * frames, (3, 1)), np.full(3, 9.5),
              np.ones((3, 32), dtype=bool))
    return {f'probe_{name}': torch.from_numpy(decoder(*inputs))
            for name, decoder in model.span_decoders.items()}


def training_settings(config, model):
    """What the preset says of training, as built."""
    names = [name for name, _ in model.named_parameters()]
    wrapper = build_optim_wrapper(model, config.optim_wrapper)
    sigma = model.grounding_head.smoothing.sigma
    rate, = (group['lr'] for group in wrapper.optimizer.param_groups
             if any(each is sigma for each in group['params']))
    return {
        'trained_dictionaries': torch.tensor(
            sum(name.endswith('dictionary.centers') for name in names)),
        'sigma_rate': torch.tensor(
            rate / config.optim_wrapper.optimizer.lr),
        'save_best': config.default_hooks.checkpoint.save_best,
        'positive_drawn_again': positive_drawn_again(config)}


def positive_drawn_again(config):
    """Whether (questions, choices) are ever drawn with the positive twice."""
    questions = [
        VideoQuestion('v', str(row), f'why {row}', (f'a{row}', 'w', 'x'), 0)
        for row in range(6)]
    corpus = QuestionCorpus(questions)
    drawn = {'DrawQuestionNegatives': False, 'RedrawChoices': False}
    for step in config.train_dataloader.dataset.pipeline:
        name = step.type.split('.')[-1]
        for seed in range(40 * (name in drawn)):
            sample = TRANSFORMS.build(dict(step))({
                'question_info': questions[0], 'question': 'why 0',
                'choices': ['a0', 'w', 'x'], 'gt_answer': 0,
                'corpus': corpus, 'rng': np.random.default_rng(seed)})
            drawn[name] |= (sample['choices'].count('a0') > 1
                            or sample.get('candidate_questions', []).count(
                                'why 0') > 1)
    return tuple(drawn.values())
