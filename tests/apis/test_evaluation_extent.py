"""Questions without spans, and videos that were trained on, from end to end.

One training whose validation split has no spans; then tests of it.
"""

import json
from pathlib import Path

import pytest
import torch

from cra_plugin.apis.evaluate_predictions import evaluate_predictions
from cra_plugin.apis.test import test as evaluate
from cra_plugin.apis.train import train

CONFIG = str(Path(__file__).resolve().parents[2] / 'configs/cra_nextgqa.py')


def without_spans(split):
    return {f'{split}_dataloader.dataset.{key}': None
            for key in ('span_file', 'time_file')}


@pytest.fixture(scope='module')
def options(tiny_options):
    return tiny_options | {'model.causal_intervention': None,
                           'log_level': 'WARNING'}


@pytest.fixture(scope='module')
def run(tmp_path_factory, options):
    """The folder of a training, and its checkpoint."""
    folder = tmp_path_factory.mktemp('run')
    train(CONFIG, str(folder), options=options | without_spans('val'))
    return folder, str(folder / 'epoch_2.pth')


def warnings(folder):
    """What the last run in a folder warned of."""
    return sorted(folder.glob('*/*.log'))[-1].read_text()


def test_a_split_without_spans_is_measured_by_answers(run):
    folder, _ = run
    lines = warnings(folder).splitlines()
    (said, ) = (line for line in lines if 'not computed: Acc@GQA' in line)
    assert 'questions of ' in said and 'val.csv' in said
    assert 'kept by Acc@VQA, not by Acc@GQA' in warnings(folder)
    (path, ) = folder.glob('*/vis_data/scalars.json')
    scalars = [json.loads(line) for line in path.read_text().splitlines()]
    measured = [each for each in scalars if 'Acc@VQA' in each]
    assert len(measured) == 2
    assert not any('mIoP' in each for each in measured)
    assert list(folder.glob('best_Acc@VQA_epoch_*.pth'))


def test_a_dump_without_spans(run, options, tmp_path, tiny_world, caplog):
    _, checkpoint = run
    answers = tmp_path / 'run.json'
    metrics = evaluate(
        CONFIG, checkpoint, str(tmp_path), str(answers),
        str(tmp_path / 'report.json'), options | without_spans('test'))
    assert metrics.keys() == {'Acc@VQA', 'num_questions'}
    report = json.loads((tmp_path / 'report.json').read_text())
    assert report['not_computed']['mIoP'] == 'the questions have no spans'
    assert 'not computed: Acc@GQA' in warnings(tmp_path)
    spans = tmp_path / 'run_spans.json'
    assert f'in {spans} are fractions of it' in caplog.text
    again = evaluate_predictions(tiny_world, 'test', answers, spans=spans,
                                 normalized=True)
    assert again['Acc@VQA'] == pytest.approx(metrics['Acc@VQA'])
    assert again['num_outside'] == 0
    assert 'trained on' not in warnings(tmp_path)


def test_videos_of_the_training_are_named(run, options, tmp_path):
    folder, checkpoint = run
    assert 'trained on' not in warnings(folder)
    meta = torch.load(checkpoint, weights_only=False)['meta']
    assert len(meta['train_videos']) == 6
    # The config tells of another training; the checkpoint knows better.
    evaluate(CONFIG, checkpoint, str(tmp_path), options=options | {
        'train_dataloader.dataset.ann_file': 'other.csv',
        'test_dataloader.dataset.ann_file': 'train.csv',
        'test_dataloader.dataset.features.path': 'features_train.h5'
    } | without_spans('test'))
    assert 'trained on 6 of the 6 videos of' in warnings(tmp_path)
