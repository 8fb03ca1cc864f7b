from pathlib import Path

import pytest

from cra_plugin.apis.benchmark_training import benchmark_training
from cra_plugin.errors import InputError

CONFIG = str(Path(__file__).resolve().parents[2] / 'configs/cra_nextgqa.py')


@pytest.fixture
def options(causal_options):
    return causal_options | {
        'log_level': 'ERROR', 'train_dataloader.batch_size': 3,
        'model.temporal_encoder.input_dropout': 0.,
        'model.temporal_encoder.dropout': 0., 'model.pooling_dropout': 0.}


def test_what_iterations_cost(options, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    timing = benchmark_training(CONFIG, 9, 2, options=options | {
        'train_dataloader.drop_last': True})
    assert min(timing.seconds, timing.cpu_seconds, timing.warm_up) > 0
    assert timing.questions_per_second == pytest.approx(3 / timing.seconds)
    assert 0.1 < timing.memory < 64
    assert 1 < timing.loss < 20
    for part in (f'{timing.loss:.4f}', f'{timing.seconds:.3f} s per iteration',
                 'questions/s', 'GiB'):
        assert part in str(timing)
    # Neither checkpoints nor logs are left.
    assert list(tmp_path.iterdir()) == []


def test_mixed_precision_is_an_option(options):
    plain, mixed = (benchmark_training(CONFIG, 2, 1, amp, options)
                    for amp in (None, 'bf16'))
    assert mixed.loss != plain.loss
    assert mixed.loss == pytest.approx(plain.loss, abs=.1)


@pytest.mark.parametrize('counts', [(0, 1), (1, 0)])
def test_something_must_run(options, counts):
    with pytest.raises(InputError, match='--iterations'):
        benchmark_training(CONFIG, *counts, options=options)


def test_questions_are_counted_not_the_batch_size(options):
    """The tiny world does not fill such a batch."""
    timing = benchmark_training(CONFIG, 1, 1, options=options | {
        'train_dataloader.batch_size': 10**6})
    assert timing.questions_per_second * timing.seconds < 100
