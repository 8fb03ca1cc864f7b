"""The files of examples/: what they answer, and how they are made."""

import importlib.util
import json
import re

import cv2
import numpy as np
import pytest

from cra_plugin.annotations.asked_questions import read_asked_questions
from cra_plugin.errors import InputError
from cra_plugin.simulation.rendered_world import RenderedSettings
from cra_plugin.spans.geometry import span_iop
from tests.helpers.tool_process import REPOSITORY

EXAMPLES = REPOSITORY / 'examples'
CHECKPOINT = EXAMPLES / 'evidence_shapes.pth'


@pytest.fixture(scope='module')
def maker():
    """The script that made the files."""
    spec = importlib.util.spec_from_file_location(
        'make_example', EXAMPLES / 'make_example.py')
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def frames_of(path):
    """All frames of a video, (N, H, W, 3) int."""
    capture = cv2.VideoCapture(str(path))
    return np.array([capture.read()[1] for _ in range(int(
        capture.get(cv2.CAP_PROP_FRAME_COUNT)))], int)


def test_the_example_answers_and_grounds_rightly(run_here, tmp_path,
                                                 monkeypatch):
    # From anywhere, and with nothing on stdout but the answers.
    monkeypatch.chdir(tmp_path)
    status, out, errors = run_here(
        'infer.py', EXAMPLES / 'shapes.mp4', '--questions',
        EXAMPLES / 'questions.jsonl', '--config',
        EXAMPLES / 'evidence_shapes.py', '--checkpoint', CHECKPOINT,
        '--device', 'cpu', '--no-cache', '--json')
    assert status == 0, errors
    results = json.loads(out)['results']
    truths = [json.loads(line) for line in
              (EXAMPLES / 'questions.jsonl').read_text().splitlines()]
    assert len(results) == len(truths) >= 3
    for result, truth in zip(results, truths):
        assert result['question'] == truth['question']
        assert result['answer_index'] == truth['answer']
        span = np.array(result['spans'][result['decoder']])
        assert span_iop(span, np.array(truth['spans'])).max() >= 0.5


def test_the_example_is_small():
    assert CHECKPOINT.stat().st_size < 4e6
    assert (EXAMPLES / 'shapes.mp4').stat().st_size < 3e5


def test_the_pages_tell_what_was_measured():
    figures = json.loads((EXAMPLES / 'figures.json').read_text())
    for page in (EXAMPLES / 'README.md', REPOSITORY / 'docs/benchmarks.md'):
        rows = re.findall(r'^\| .*evidence_shapes\.pth.* \d+\.\d.*$',
                          page.read_text(), re.M)
        row, = rows
        told = [float(each) for each in re.findall(r'\d+\.\d', row)]
        assert told == [round(figures['test'][key], 1) for key in (
            'Acc@VQA', 'Acc@GQA', 'best_prior_Acc@GQA', 'IoP@0.5')], page


def test_the_clip_is_the_first_that_is_right(maker, tmp_path):
    out, files = tmp_path / 'out', tmp_path / 'files'
    maker.make_example(out, files, str(CHECKPOINT), settings=RenderedSettings(
        train_videos=40, val_videos=1, test_videos=5))
    assert read_asked_questions(files / 'questions.jsonl')
    figures = json.loads((files / 'figures.json').read_text())
    assert figures['num_videos'] == 5 >= figures['grounded_videos']
    clip = frames_of(files / 'shapes.mp4')
    small = frames_of(out / 'rendered/videos' / f'{figures["video"]}.mp4')
    assert clip.shape == (len(small), 256, 256, 3)
    assert abs(clip[:, 4::8, 4::8] - small).max() < 40
    for name in ('tokenizer.json', 'config.json'):
        assert (files / 'text_model' / name).read_text() == (
            EXAMPLES / 'text_model' / name).read_text()


def test_the_example_is_trained_in_two_stages(maker, tmp_path):
    with pytest.raises(InputError, match='train for longer'):
        maker.make_example(
            tmp_path, tmp_path / 'files', epochs=(1, 1),
            settings=RenderedSettings(train_videos=4, val_videos=2,
                                   test_videos=2))
    backbones = [
        {name: value for name, value in maker.load_checkpoint_file(
            str(tmp_path / stage / 'epoch_1.pth'), 'cpu')[
                'state_dict'].items() if 'backbone' in name}
        for stage in ('frozen', 'whole')]
    assert any((backbones[0][name] != backbones[1][name]).any()
               for name in backbones[0])
