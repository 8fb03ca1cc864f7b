"""An analysis of errors as a user makes it, of files and of a model."""

import json

import pytest
import torch
from PIL import Image

from cra_plugin.apis.config import load_config
from cra_plugin.registry import MODELS
from tests.conftest import REPOSITORY

TOOL = 'analysis_tools/error_analysis.py'
FOLDER = REPOSITORY / 'tests' / 'data' / 'predictions'
ANNOTATIONS = ('--annotations', FOLDER / 'annotations')
SAMPLE = (FOLDER / 'nextgqa/val-res.json', '--spans',
          FOLDER / 'nextgqa/val_ground_ada.json')


def test_answers_and_spans(run_here, tmp_path):
    out = tmp_path / 'a.json'
    arguments = (TOOL, *SAMPLE, *ANNOTATIONS, '--json', out, '--pictures',
                 tmp_path / 'pictures')
    status, output, errors = run_here(*arguments)
    assert status == 0, errors
    analysis = json.loads(out.read_text())
    # As in tests/apis/test_prediction_formats.py.
    cells = analysis['faithfulness']['0.5']['all']
    assert [cells[name] for name in (
        'right_grounded', 'right_ungrounded', 'wrong_grounded',
        'wrong_ungrounded')] == [50, 25, 25, 0]
    assert analysis['left_out'] == {
        'calibration': 'takes a score for each choice'}
    assert 'Left out: calibration, which takes a score' in output
    assert 'By seconds of the video' in output
    assert max(map(len, output.splitlines())) <= 100
    names = {path.stem for path in (tmp_path / 'pictures').iterdir()}
    assert names == {'faithfulness', 'span_shapes', 'breakdown'}
    # Over its own files, and over nobody else's.
    assert run_here(*arguments)[0] == 0
    files = out, tmp_path / 'pictures' / 'breakdown.png'
    before = [path.read_bytes() for path in files]
    for path in files:
        path.write_text('{"a": 1}')
        status, _, errors = run_here(*arguments)
        assert status == 2 and f'{path.name}: found a file that' in errors
        status, _, errors = run_here(*arguments, '--overwrite')
    assert [path.read_bytes() for path in files] == before


@pytest.mark.parametrize('files, there', [
    ([SAMPLE[0]], {'breakdown'}),
    (SAMPLE[1:], {'breakdown', 'span_shapes', 'PIoU'})])
def test_answers_alone_and_spans_alone(run_here, tmp_path, files, there):
    status, _, errors = run_here(TOOL, *files, *ANNOTATIONS, '--json',
                                 tmp_path / 'a.json', '--pictures', tmp_path)
    assert status == 0, errors
    analysis = json.loads((tmp_path / 'a.json').read_text())
    assert set(analysis) == there | {'num_questions', 'protocol', 'decoder',
                                     'left_out'}
    assert (tmp_path / 'breakdown.png').exists()


def test_scores_are_calibrated(run_here, tmp_path):
    file = tmp_path / 'scores.json'
    file.write_text(json.dumps({
        key: {'scores': scores, 'prediction': 1} for key, scores in {
            '1001_0': [.1, .9, 0, 0, 0], '1001_3': [.2, .8, 0, 0, 0]}.items()
    }))
    status, output, errors = run_here(TOOL, file, *ANNOTATIONS, '--pictures',
                                      tmp_path)
    assert status == 0, errors
    assert ('Calibration over 2 questions with probabilities: ECE 45.0, '
            'MCE 80.0, confidence 85.0, accuracy 50.0') in output
    with Image.open(tmp_path / 'calibration.png') as image:
        assert image.info['Software'] == 'cra_plugin error analysis'


@pytest.fixture(scope='module')
def checkpoint(tmp_path_factory, either_model):
    torch.manual_seed(0)
    model = MODELS.build(load_config(
        either_model.config, dict(either_model.options)).model)
    path = tmp_path_factory.mktemp('model') / 'epoch_1.pth'
    torch.save({'state_dict': model.state_dict(), 'meta': {}}, path)
    return path


def test_probes_of_a_model(run_here, tiny_world, either_model, as_arguments,
                           checkpoint, tmp_path):
    status, output, errors = run_here(
        TOOL, '--annotations', tiny_world, '--split', 'val', '--probe',
        either_model.config, checkpoint, '--probe-dir', tmp_path / 'probes',
        '--json', tmp_path / 'a.json', '--pictures', tmp_path,
        *as_arguments(either_model.options))
    assert status == 0, errors
    analysis = json.loads((tmp_path / 'a.json').read_text())
    plain, videos, questions = analysis['probes'].values()
    assert list(analysis['probes']) == ['plain', 'shuffled_videos',
                                        'replaced_questions']
    # The predictions that are analyzed are the model's own.
    assert plain['Acc@GQA'] == pytest.approx(
        analysis['faithfulness']['0.5']['all']['right_grounded'])
    assert 'calibration' in analysis
    for each in (videos, questions):
        assert 0 <= each['same_answers'] <= 100
        assert 0 <= each['same_spans'] < 100
    assert 'replaced questions' in output
    assert (tmp_path / 'probes.png').exists()
    assert json.loads((tmp_path / 'probes/plain_spans.json').read_text()) != (
        json.loads((tmp_path / 'probes/shuffled_videos_spans.json'
                    ).read_text()))


@pytest.mark.parametrize('words, expected', [
    (['--probe', 'a.py', 'b.pth', 'c'], 'found 3 files; expected a config'),
    (['--split', 'train', '--probe', 'a.py'], 'expected val or test'),
    (['--probe', 'none.py'], 'none.py'),
    ([], 'arguments answers, spans and attention: found none')])
def test_what_cannot_be_analyzed(run_here, words, expected):
    status, _, errors = run_here(TOOL, *ANNOTATIONS, *words)
    assert status == 2 and expected in errors.strip().splitlines()[-1]


@pytest.mark.parametrize('either_model', ['cra_nextgqa'], indirect=True)
def test_videos_that_cannot_be_exchanged(run_here, tiny_world, either_model,
                                         as_arguments, checkpoint, tmp_path):
    status, _, errors = run_here(
        TOOL, '--annotations', tiny_world, '--probe-dir', tmp_path, '--probe',
        either_model.config, checkpoint, *as_arguments(either_model.options | {
            'val_dataloader.dataset.features': None}))
    assert status == 2
    assert 'extract features from the videos' in errors.splitlines()[-1]
