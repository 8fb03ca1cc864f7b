"""STAR through training, test and the files that are written."""

import json
from pathlib import Path

import pytest

from cra_plugin.apis.evaluate_predictions import evaluate_predictions
from cra_plugin.apis.test import test as run_test
from cra_plugin.apis.train import train
from cra_plugin.errors import InputError
from cra_plugin.evaluation.metrics import METRIC_NAMES
from tests.helpers.star_files import TYPES

CONFIG = str(
    Path(__file__).resolve().parents[2] / 'configs' / 'cra_star.py')
TEST_SPLIT = {
    'test_dataloader.dataset.ann_file': 'STAR_test.json',
    'test_dataloader.dataset.features.path': 'features_test.h5'}


@pytest.fixture(scope='module')
def options(causal_star_options):
    return causal_star_options | {'log_level': 'ERROR'}


@pytest.fixture(scope='module')
def checkpoint(options, tmp_path_factory):
    folder = tmp_path_factory.mktemp('trained')
    train(CONFIG, str(folder), options=options | {'train_cfg.max_epochs': 1})
    return str(folder / 'epoch_1.pth')


def test_the_val_split_is_tested_and_its_dump_scores_the_same(
        checkpoint, options, tiny_star, tmp_path):
    metrics = run_test(CONFIG, checkpoint, str(tmp_path), options=options,
                       dump=str(tmp_path / 'preds.json'),
                       json=str(tmp_path / 'metrics.json'))
    written = json.loads((tmp_path / 'metrics.json').read_text())
    assert written['by_type'].keys() == set(TYPES)
    for evidence in ('spans', 'attention'):
        report = evaluate_predictions(
            tiny_star, 'val', tmp_path / 'preds.json', dataset='star',
            **{evidence: tmp_path / f'preds_{evidence}.json'})
        assert report['num_missing'] == report['num_unknown'] == 0
        for name in METRIC_NAMES:
            assert report[name] == pytest.approx(written[name])
            assert report[name] == pytest.approx(metrics[name])
        assert report['by_type']['Sequence'] == pytest.approx(
            written['by_type']['Sequence'])


def test_the_test_split_gives_a_submission(checkpoint, options, tiny_star,
                                           tmp_path):
    assert run_test(CONFIG, checkpoint, str(tmp_path),
                    options=options | TEST_SPLIT,
                    dump=str(tmp_path / 'preds.json')) == {}
    predicted = json.loads((tmp_path / 'preds.json').read_text())
    entries = json.loads((tiny_star / 'STAR_test.json').read_text())
    submission = json.loads(
        (tmp_path / 'preds_submission.json').read_text())
    assert tuple(submission) == TYPES
    for kind, rows in submission.items():
        assert len(rows) == 10
        assert all(row['question_id'].startswith(f'{kind}_') for row in rows)
    answers = {row['question_id']: row['answer']
               for rows in submission.values() for row in rows}
    for entry in entries:
        key = f'{entry["video_id"]}_{entry["question_id"]}'
        assert predicted[key].keys() == {'prediction', 'scores'}
        assert predicted[key]['prediction'] == answers[entry['question_id']]
        assert predicted[key]['prediction'] in range(4)


def test_the_test_split_cannot_be_scored(checkpoint, options, tmp_path):
    with pytest.raises(InputError, match=r'found no answer.*--dump FILE'):
        run_test(CONFIG, checkpoint, str(tmp_path),
                 options=options | TEST_SPLIT)
