"""The parts of docs/extending.md train, by the page's own text."""

import shutil
import sys

import pytest

from cra_plugin.annotations import formats
from cra_plugin.annotations.nextgqa import find_nextgqa
from cra_plugin.apis.evaluate_predictions import evaluate_predictions
from cra_plugin.apis.test import test as run_test
from cra_plugin.apis.train import train
from cra_plugin.utils.json_file import read_json_object, write_json
from tests.helpers.doc_snippets import named_files

FILES = named_files('extending.md')


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The files of the page, beside each other; nothing else is changed."""
    monkeypatch.setattr(sys, 'path', [*sys.path])
    monkeypatch.setattr(formats, 'FORMATS', {**formats.FORMATS})
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.fixture
def train_tiny(folder, causal_options):
    """Train an epoch, with validation, by a config of the page."""

    def run(name, **changes):
        options = causal_options | {
            'train_cfg.max_epochs': 1, 'train_cfg.val_interval': 1,
            'log_level': 'ERROR'} | changes
        if name == 'dataset':
            options.pop('train_dataloader.dataset.paraphrase_file')
        return train(str(folder / f'{name}.py'), str(folder / 'run'),
                     options=options)

    return run


def scalars(runner):
    """Names and values that the run has logged."""
    return {name: buffer.current()
            for name, buffer in runner.message_hub.log_scalars.items()}


def test_every_file_of_the_page_is_run():
    assert FILES.keys() == {
        'low_gate.py', 'gate.py', 'attention_head.py', 'head.py',
        'focal_loss.py', 'loss.py', 'peak_span.py', 'decoder.py',
        'tsv_dataset.py', 'dataset.py', 'center_error.py', 'metric.py'}


@pytest.mark.parametrize(('name', 'part', 'settings'), [
    ('gate', 'grounding_head.gate', {'floor': 0.1}),
    ('head', 'grounding_head', {'scale': 0.5 * 32**0.5}),
    ('loss', 'answer_loss', {'gamma': 1.0})])
def test_parts_of_a_model(train_tiny, name, part, settings):
    runner = train_tiny(name, **{'val_cfg': None, 'val_dataloader': None,
                                 'val_evaluator': None})
    module = runner.model.get_submodule(part)
    assert type(module).__module__ in {
        file.removesuffix('.py') for file in FILES}
    assert vars(module).items() >= settings.items()
    # Adam remembers what has had a gradient.
    learnt = runner.optim_wrapper.optimizer.state
    assert all(parameter in learnt for parameter in module.parameters())
    assert scalars(runner)['train/loss_vqa'] > 0


def test_a_decoder_is_the_main_one(train_tiny):
    found = scalars(train_tiny('decoder'))
    assert {'val/mIoP', 'val/window/mIoP', 'val/adaptive/mIoP'} <= {*found}
    assert 'val/peak/mIoP' not in found


def test_a_metric_stands_beside_ours(train_tiny, folder, causal_options):
    found = scalars(train_tiny('metric'))
    assert found['val/center_error'] >= 0 and 'val/Acc@GQA' in found
    metrics = run_test(
        str(folder / 'metric.py'), str(folder / 'run' / 'epoch_1.pth'),
        str(folder / 'run'), dump=str(folder / 'preds.json'),
        options=causal_options | {'log_level': 'ERROR'})
    assert metrics['center_error'] >= 0
    assert len(read_json_object(folder / 'preds.json')) == metrics[
        'num_questions']


def test_a_data_set_trains_and_is_evaluated(train_tiny, folder, tiny_world):
    for split in ('train', 'val'):
        rows = [[each.video_id, f'{each.duration or 16.0}', each.question,
                 '|'.join(each.choices), f'{each.answer}',
                 *map(str, (each.spans or ((0.0, 1.0), ))[0])]
                for each in find_nextgqa(tiny_world, split, False).questions]
        (folder / f'{split}.tsv').write_text(
            ''.join('\t'.join(row) + '\n' for row in rows))
        shutil.copy(tiny_world / f'features_{split}.h5', folder)
    options = {'data_root': str(folder)}
    found = scalars(train_tiny('dataset', **options))
    questions = formats.find_annotations('tsv', folder, 'val').questions
    assert found['val/num_questions'] == len(questions) == len(rows)
    write_json(folder / 'spans.json', {
        each.key: each.spans[0] for each in questions})
    assert evaluate_predictions(
        folder, 'val', spans=folder / 'spans.json', dataset='tsv')[
            'mIoU'] == 100
