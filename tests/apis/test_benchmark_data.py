"""What the data of a training gain over a plain way, through the tool."""

from multiprocessing import Value
from pathlib import Path

import pytest

from cra_plugin.datasets.features.feature_store import FeatureStore
from cra_plugin.datasets.nextgqa import NextGQADataset

CONFIG = Path(__file__).resolve().parents[2] / 'configs/cra_nextgqa.py'
TOOL = 'analysis_tools/benchmark.py'


@pytest.fixture
def ways(monkeypatch):
    """How features are read, and what is made batch by batch or singly."""
    direct, batched, single = [], Value('i', 0), Value('i', 0)
    opened, batch, sample = (FeatureStore.__init__,
                             NextGQADataset.__getitems__,
                             NextGQADataset.prepare_data)

    def opening(self, *given, **others):
        direct.append(others.get('direct', True))
        opened(self, *given, **others)

    def batching(self, indices):
        batched.value += len(indices)
        return batch(self, indices)

    def preparing(self, index):
        single.value += 1
        return sample(self, index)

    monkeypatch.setattr(FeatureStore, '__init__', opening)
    monkeypatch.setattr(NextGQADataset, '__getitems__', batching)
    # Not of the class itself: a batch is made at once by those that make
    # samples as the base does.
    monkeypatch.setattr('cra_plugin.datasets.video_qg_dataset.'
                        'VideoQGDataset.prepare_data', preparing)
    return direct, batched, single


def test_a_line_per_figure(run_here, causal_options, as_arguments, ways):
    status, printed, errors = run_here(
        TOOL, 'data', CONFIG, '--workers', '1', '--rounds', '2',
        *as_arguments(causal_options | {'log_level': 'ERROR'}))
    assert status == 0, errors
    rows = [line.split() for line in printed.splitlines()
            if line.startswith('data')]
    assert [(row[0], row[4]) for row in rows] == [
        ('data', 'samples/s'), ('data_cpu', 'samples/CPU-s')]
    for _, ratio, plain, ours, _ in rows:
        assert float(ratio) == pytest.approx(
            float(ours) / float(plain), abs=.02)
    direct, batched, single = ways
    assert direct == [False, True]
    # One epoch that warms up and two that count, either way.
    assert batched.value == single.value > 0
    assert single.value % 3 == 0


def test_something_must_run(run_here):
    for option in ('--workers', '--rounds'):
        status, _, errors = run_here(TOOL, 'data', CONFIG, option, '0')
        assert status == 2
        assert errors.startswith('error: --workers, --rounds: found ')
