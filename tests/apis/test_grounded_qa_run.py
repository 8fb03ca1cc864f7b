"""Questions of one's own through training, test and evaluation."""

import csv
import json
import re
from pathlib import Path

import pytest

from cra_plugin.annotations.grounded_qa import read_grounded_qa
from cra_plugin.apis.evaluate_predictions import evaluate_predictions
from cra_plugin.apis.test import test as run_test
from cra_plugin.apis.train import train
from cra_plugin.evaluation.metrics import METRIC_NAMES
from tests.helpers.forked_python import REPOSITORY

CONFIG = str(REPOSITORY / 'configs' / 'cra_grounded_qa.py')


@pytest.fixture(scope='module')
def options(own_questions, causal_options):
    return {key: value for key, value in causal_options.items()
            if not key.endswith('paraphrase_file')} | {
                'data_root': str(own_questions), 'log_level': 'ERROR',
                'train_cfg.max_epochs': 1}


def test_from_questions_to_figures(own_questions, options, tmp_path):
    train(CONFIG, str(tmp_path), options=options)
    metrics = run_test(CONFIG, str(tmp_path / 'epoch_1.pth'), str(tmp_path),
                       options=options, dump=str(tmp_path / 'preds.json'))
    report = evaluate_predictions(
        own_questions, 'test', tmp_path / 'preds.json', dataset='grounded_qa',
        spans=tmp_path / 'preds_spans.json')
    for name in METRIC_NAMES:
        assert report[name] == pytest.approx(metrics[name]), name


def test_the_formats_of_the_page(tmp_path):
    page = Path(REPOSITORY / 'docs' / 'your_data.md').read_text()
    lines, = re.findall(r'```json\n(.*?)```', page, re.S)
    table, = re.findall(r'```csv\n(.*?)```', page, re.S)
    (tmp_path / 'train.jsonl').write_text(lines)
    (tmp_path / 'train.csv').write_text(table)
    (tmp_path / 'train.json').write_text(
        json.dumps([json.loads(line) for line in lines.splitlines()]))
    read = [read_grounded_qa(tmp_path / f'train{suffix}').questions
            for suffix in ('.jsonl', '.json', '.csv')]
    assert read[0] == read[1] == read[2]
    assert [each.answer for each in read[0]] == [1, 2]
    assert len(list(csv.reader(table.splitlines()))) == 3
