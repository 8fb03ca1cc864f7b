"""The whole road, as short as it can be."""

import json
from pathlib import Path

import pytest

from cra_plugin.apis.demo import render_comparison, run_demo
from cra_plugin.evaluation.metrics import METRIC_NAMES
from cra_plugin.simulation.world_settings import WorldSettings

CONFIGS = Path(__file__).resolve().parents[2] / 'configs'


@pytest.fixture(scope='module')
def demo(tmp_path_factory):
    out = tmp_path_factory.mktemp('demo')
    reports = run_demo(
        str(out), str(CONFIGS), max_epochs=1, num_pictures=2,
        world=WorldSettings(train_videos=12, val_videos=3, test_videos=4,
                            test_ood_videos=3))
    return out, reports


def test_metrics_of_both_methods_on_both_splits(demo):
    out, reports = demo
    written = json.loads((out / 'metrics.json').read_text())
    assert written == reports
    assert list(written) == ['CRA', 'PH']
    for by_split in written.values():
        assert list(by_split) == ['iid', 'ood']
        for report in by_split.values():
            assert set(METRIC_NAMES) < set(report)
            assert len(report['priors']) == 4
    numbers = {report['num_questions']
               for by_split in written.values()
               for report in by_split.values()}
    assert len(numbers) == 2, 'the two splits were not told apart'


def test_pictures(demo):
    pictures = list((demo[0] / 'timelines').glob('*.png'))
    assert len(pictures) == 2
    assert all(p.read_bytes().startswith(b'\x89PNG') for p in pictures)


def test_table_shows_methods_and_their_priors(demo):
    table = render_comparison(demo[1])
    assert table.count('prior middle_third') == 4
    for split in ('iid', 'ood'):
        value = demo[1]['CRA'][split]['mIoP']
        row = next(line for line in table.splitlines()
                   if split in line and 'CRA' in line)
        assert f'{value:.1f}' in row
