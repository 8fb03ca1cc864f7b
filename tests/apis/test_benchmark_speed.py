"""What the config gains over the plain way, through the tool."""

from pathlib import Path

import pytest
import torch

from cra_plugin.apis import benchmark_speed, paired_steps
from cra_plugin.apis.speed_figure import SpeedFigure
from cra_plugin.functional.onednn_linear import has_onednn
from cra_plugin.models.fast_linear import FastLinear
from cra_plugin.models.grounders import VideoQuestionGrounder
from cra_plugin.models.text_encoders import HFTextEncoder

CONFIG = Path(__file__).resolve().parents[2] / 'configs/cra_nextgqa.py'
TOOL = 'analysis_tools/benchmark.py'


@pytest.fixture
def ways(monkeypatch):
    """How every batch is run: mode, and shapes that are encoded."""
    seen = []
    forward, encode = VideoQuestionGrounder.forward, HFTextEncoder.forward

    def recording(self, *given, mode='tensor', **others):
        seen.append([mode])
        return forward(self, *given, mode=mode, **others)

    def encoding(self, tokens, mask):
        assert {each.by_onednn for each in self.modules()
                if isinstance(each, FastLinear)} == (
                    {self.skip_padding} if has_onednn() else set())
        seen[-1].append((tokens.shape[1:], self.skip_padding))
        return encode(self, tokens, mask)

    monkeypatch.setattr(VideoQuestionGrounder, 'forward', recording)
    monkeypatch.setattr(HFTextEncoder, 'forward', encoding)
    return seen


def test_a_line_per_figure(run_here, causal_options, as_arguments, ways):
    status, printed, errors = run_here(
        TOOL, 'speed', CONFIG, '--steps', '1',
        *as_arguments(causal_options | {
            'log_level': 'ERROR',
            'model.text_encoder.onednn_linear': has_onednn()}))
    assert status == 0, errors
    rows = [line.split() for line in printed.splitlines()
            if line.endswith('/s')]
    assert [(row[0], row[4]) for row in rows] == [
        ('training', 'questions/s'), ('inference', 'questions/s'),
        ('decoders', 'questions/s')]
    for _, ratio, plain, ours, _ in rows:
        # Two decimals, of figures of four digits.
        assert float(ratio) == pytest.approx(
            float(ours) / float(plain), rel=1e-3, abs=.01)
    # Two steps that warm up and one that counts, in turns, then predictions.
    assert [mode for mode, *_ in ways] == ['loss'] * 6 + ['predict'] * 6
    turns = [False, True, True, False, False, True]
    assert [way[1][1] for way in ways] == turns * 2
    plain, ours = ways[4:6]
    assert [skip for _, skip in plain[1:]] == [False, False]
    # Texts of the tiny tokenizer are long.
    assert [tuple(shape) for shape, _ in plain[1:]] == [(5, 38), (5, 38)]
    ((shape, skip), ) = ours[1:]
    assert skip and shape[0] == 10


@pytest.mark.parametrize(('real', 'left'), [(30, 30), (31, 38)])
def test_plain_questions_are_not_cut(real, left):
    mask = (torch.arange(38) < real).expand(2, 5, 38)
    batch = {'inputs': {'question_tokens': mask.long(), 'choice_mask': mask,
                        'question_mask': mask}}
    plain = paired_steps.plainly(batch)['inputs']
    for name, length in (('question_tokens', left), ('question_mask', left),
                         ('choice_mask', 38)):
        assert {each.shape[-1] for each in plain[name]} == {length}


def test_the_ratio_is_ours_to_plain():
    assert str(SpeedFigure('data', 50., 125., 'samples/s')) == (
        'data 2.50 50 125 samples/s')


def test_something_must_run(run_here):
    status, _, errors = run_here(TOOL, 'speed', CONFIG, '--steps', '0')
    assert (status, errors) == (
        2, 'error: --steps: found 0; expected at least 1\n')


def test_questions_are_counted_not_the_batch_size(
        run_here, causal_options, as_arguments, monkeypatch):
    """The tiny world does not fill such a batch."""
    counted = []
    rates = benchmark_speed._rates
    monkeypatch.setattr(benchmark_speed, '_rates', lambda pairs, sizes: (
        counted.append(sizes), rates(pairs, sizes))[1])
    status, _, errors = run_here(TOOL, 'speed', CONFIG, '--steps', '1',
                                 *as_arguments(causal_options | {
                                     'log_level': 'ERROR',
                                     'train_dataloader.batch_size': 10**6}))
    assert status == 0, errors
    assert [len(each) for each in counted] == [1, 1, 1]
    assert max(map(max, counted)) < 100
