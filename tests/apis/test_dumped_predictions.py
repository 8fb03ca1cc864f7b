import numpy as np
import pytest
import torch
from mmengine.evaluator import Evaluator

from cra_plugin.annotations.nextgqa import find_nextgqa
from cra_plugin.apis.evaluate_predictions import evaluate_predictions
from cra_plugin.evaluation.metrics import METRIC_NAMES
from cra_plugin.spans.decoding_preset import PRESETS, decode_spans
from cra_plugin.structures.video_qg_data_sample import VideoQGDataSample


@pytest.mark.parametrize('decoder', ['window', 'adaptive', 'merged'])
@pytest.mark.parametrize('preset', ['paper', 'release'])
def test_the_tool_repeats_the_numbers_of_the_metric(shared_dir, tmp_path,
                                                    decoder, preset):
    folder = shared_dir / 'data' / 'nextgqa'
    annotated = find_nextgqa(folder, 'val')
    size = len(annotated.questions)
    rng = np.random.default_rng(0)
    weights = rng.dirichlet(np.full(32, 0.2), size).astype(np.float32)
    times = np.array([annotated.frame_times[q.video_id]
                      for q in annotated.questions])
    spans = decode_spans(weights, times,
                         np.array([q.duration for q in annotated.questions]),
                         PRESETS[preset])
    samples = []
    for row, question in enumerate(annotated.questions):
        sample = VideoQGDataSample.from_question(question, times[row])
        sample.pred_answer = int(rng.integers(5))
        sample.frame_weights = torch.from_numpy(weights[row])
        sample.pred_span = {n: tuple(s[row]) for n, s in spans.items()}
        samples.append(sample)
    answers = tmp_path / 'run.json'
    evaluator = Evaluator([
        dict(type='cra_plugin.GroundedQAMetric', decoder=decoder,
             dump_file=str(answers))
    ])
    evaluator.process(data_samples=samples)
    metrics = evaluator.evaluate(size)
    for evidence in (dict(spans=tmp_path / 'run_spans.json'),
                     dict(attention=tmp_path / 'run_attention.json',
                          decoder=decoder, preset=preset)):
        report = evaluate_predictions(folder, 'val', answers, **evidence)
        assert {name: report[name] for name in METRIC_NAMES
                } == pytest.approx({n: metrics[n] for n in METRIC_NAMES})
