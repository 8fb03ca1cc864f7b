"""Metrics of 1, 2 and 3 processes, without a model."""

import json

import numpy as np
import pytest
import torch
from mmengine.dataset import DefaultSampler
from mmengine.evaluator import Evaluator

from cra_plugin.structures.video_qg_data_sample import VideoQGDataSample
from tests.helpers.process_group import run_processes


def evaluate(rank, folder, predictions, device='cpu', options=None):
    """The metrics of a process, over the questions that its sampler deals."""
    samples = []
    for question, answer, span in zip(*predictions):
        sample = VideoQGDataSample.from_question(question, np.arange(8.0))
        sample.pred_answer = int(answer)
        sample.frame_weights = torch.full((8, ), 0.125)
        sample.pred_span = {'adaptive': tuple(span)}
        samples.append(sample)
    evaluator = Evaluator([dict(
        type='cra_plugin.GroundedQAMetric', dump_file=str(folder / 'a.json'),
        collect_dir=str(folder / 'parts') if device == 'cpu' else None,
        collect_device=device)])
    indices = list(DefaultSampler(samples, shuffle=False,
                                  **(options or {})))
    for start in range(0, len(indices), 8):
        evaluator.process(data_samples=[
            samples[index] for index in indices[start:start + 8]])
    return len(indices), evaluator.evaluate(len(samples))


@pytest.fixture
def predictions(random_predictions):
    """61 questions: neither 2 nor 3 processes can share them evenly."""
    questions, answers, spans = random_predictions(0)
    return questions[:61], answers[:61], spans[:61]


@pytest.mark.parametrize(('world_size', 'device', 'options', 'counts'), [
    (2, 'cpu', {}, [31, 31]), (3, 'cpu', {}, [21, 21, 21]),
    (3, 'cpu', {'round_up': False}, [21, 20, 20]),
    (2, 'gpu', {}, [31, 31])])
def test_metrics_are_identical(predictions, tmp_path, world_size, device,
                               options, counts):
    (tmp_path / 'alone').mkdir()
    _, alone = evaluate(0, tmp_path / 'alone', predictions)
    assert alone['num_questions'] == 61
    found = run_processes(evaluate, world_size, tmp_path, predictions,
                          device, options)
    assert [count for count, _ in found] == counts
    # Whatever the order of the questions: to the last digit.
    assert all(metrics == alone for _, metrics in found)
    for name in ('a.json', 'a_spans.json', 'a_attention.json'):
        assert (tmp_path / name).read_text() == (
            tmp_path / 'alone' / name).read_text()
    assert json.loads((tmp_path / 'a.json').read_text()).keys() == {
        question.key for question in predictions[0]}


def test_more_processes_than_questions(predictions, tmp_path):
    few = [each[:2] for each in predictions]
    (tmp_path / 'alone').mkdir()
    _, alone = evaluate(0, tmp_path / 'alone', few)
    for _, metrics in run_processes(evaluate, 3, tmp_path, few):
        assert metrics == alone
