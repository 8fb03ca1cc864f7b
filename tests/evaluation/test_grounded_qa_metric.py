import json

import numpy as np
import pytest
import torch
from mmengine.evaluator import Evaluator

from cra_plugin.errors import InputError
from cra_plugin.evaluation.formats.prediction_record import Kind
from cra_plugin.evaluation.metrics import METRIC_NAMES
from cra_plugin.evaluation.prediction_files import (
    read_answers,
    read_attention,
    read_spans,
)
from cra_plugin.evaluation.prediction_set import read_prediction_set
from cra_plugin.evaluation.question_index import QuestionIndex
from cra_plugin.evaluation.report import build_report
from cra_plugin.registry import METRICS
from cra_plugin.structures.video_qg_data_sample import VideoQGDataSample


def make_sample(question, answer, spans, weights=None):
    times = np.arange(8.0)
    sample = VideoQGDataSample.from_question(question, times)
    sample.pred_answer = answer
    sample.pred_scores = torch.full((5, ), 0.2)
    sample.frame_weights = (
        torch.full((8, ), 0.125) if weights is None else weights)
    sample.pred_span = spans
    return sample


@pytest.fixture
def predicted(random_predictions):
    """Samples of a model with two decoders, and the report to expect."""
    questions, answers, spans = random_predictions(0)
    weights = torch.rand(120, 8, generator=torch.manual_seed(0))
    samples = [
        make_sample(q, int(answer), {'window': (0.0, 20.0),
                                     'adaptive': tuple(span)}, weight)
        for q, answer, span, weight in zip(questions, answers,
                                           spans.tolist(), weights)
    ]
    both = {'window': np.array([[0.0, 20.0]] * 120), 'adaptive': spans}
    return samples, build_report(questions, answers, both, 'adaptive')


def evaluate(samples, **kwargs):
    evaluator = Evaluator(
        [dict(type='cra_plugin.GroundedQAMetric', **kwargs)])
    for start in range(0, len(samples), 50):
        evaluator.process(data_samples=samples[start:start + 50])
    return evaluator.evaluate(len(samples))


def test_the_main_decoder_has_unprefixed_names(predicted):
    samples, report = predicted
    metrics = evaluate(samples)
    assert all(type(value) is float for value in metrics.values())
    for name in METRIC_NAMES:
        assert metrics[name] == pytest.approx(report[name])
        assert metrics[f'window/{name}'] == pytest.approx(
            report['decoders']['window'][name])
    for name, values in report['priors'].items():
        assert metrics[f'prior/{name}/Acc@GQA'] == pytest.approx(
            values['Acc@GQA'])
    assert 'adaptive/Acc@GQA' not in metrics
    assert evaluate(
        samples, decoder='window')['mIoP'] == metrics['window/mIoP']
    assert evaluate(samples, prefix='val')['val/mIoP'] == metrics['mIoP']


def test_the_order_of_samples_does_not_matter(predicted):
    samples, _ = predicted
    assert evaluate(samples) == evaluate(samples[::-1])


def test_a_question_counts_once(predicted):
    """As with a sampler that pads before the last question."""
    samples, _ = predicted
    with pytest.raises(InputError, match='evaluated twice') as caught:
        evaluate(samples[:50] + samples[7:8] + samples[51:])
    assert f'question {samples[7].key}: ' in str(caught.value)


def test_padding_of_the_last_batch_is_cut(predicted):
    samples, _ = predicted
    metric = METRICS.build(dict(type='cra_plugin.GroundedQAMetric'))
    metric.process({}, [sample.to_dict() for sample in samples])
    metric.process({}, [sample.to_dict() for sample in samples[:5]])
    assert len(metric.results) == 125
    assert metric.evaluate(120) == evaluate(samples)


def test_undefined_metrics_are_left_out(question):
    metrics = evaluate(
        [make_sample(question(), 1, {'adaptive': (2.0, 6.0)})])
    assert metrics['Acc@GQA'] == 100
    assert 'PIoU' not in metrics


def test_the_report_file_holds_the_types(predicted, tmp_path):
    samples, report = predicted
    path = tmp_path / 'new' / 'report.json'
    evaluate(samples, report_file=str(path))
    written = json.loads(path.read_text())
    assert written['by_type'].keys() == report['by_type'].keys()
    assert written['Acc@GQA'] == pytest.approx(report['Acc@GQA'])


def test_the_dump_is_read_back(predicted, tmp_path):
    samples, _ = predicted
    for sample in samples:
        sample.pred_scores = torch.rand(5)
    samples[0].pred_scores = torch.empty(0)
    evaluate(samples, dump_file=str(tmp_path / 'run.json'))
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        'run.json', 'run_attention.json', 'run_spans.json'
    ]
    answers = read_answers(tmp_path / 'run.json', {})
    scores = read_prediction_set(
        tmp_path / 'run.json', Kind.ANSWERS,
        QuestionIndex([sample.question_info for sample in samples])).scores
    assert scores.keys() == {sample.key for sample in samples[1:]}
    spans = read_spans(tmp_path / 'run_spans.json')
    attention = read_attention(tmp_path / 'run_attention.json')
    for sample in samples:
        assert answers[sample.key] == sample.pred_answer
        assert spans[sample.key] == sample.pred_span['adaptive']
        assert torch.equal(
            torch.tensor(attention[sample.key], dtype=torch.float32),
            sample.frame_weights)
        if sample.key in scores:
            np.testing.assert_allclose(
                scores[sample.key], sample.pred_scores, atol=1e-6)


def test_every_choice_is_dumped_on_request(predicted, tmp_path):
    samples, _ = predicted
    for number, sample in enumerate(samples):
        sample.candidate_weights = torch.full((5, 8), number / 100)
        sample.candidate_spans = {'adaptive': [(float(each), 9.)
                                               for each in range(5)],
                                  'window': [(0., 1.)] * 5}
    path = tmp_path / 'run.json'
    evaluate(samples, dump_file=str(path))
    file = tmp_path / 'run_candidates.json'
    assert not file.exists()
    evaluate(samples, dump_file=str(path), dump_candidates=True)
    content = json.loads(file.read_text())
    assert len(content) == len(samples)
    for number, sample in enumerate(samples):
        entry = content[sample.key]
        assert entry['spans'] == [[each, 9] for each in range(5)]
        np.testing.assert_allclose(entry['weights'],
                                   np.full((5, 8), number / 100))


@pytest.mark.parametrize('weights, found', [
    (torch.tensor([0.5] * 7 + [float('nan')]), 'nan at index 7'),
    (torch.full((8, ), float('inf')), 'inf at index 0'),
    (torch.rand(9), r'the shape \(9,\)'),
])
def test_bad_weights_name_the_question(question, weights, found):
    sample = make_sample(question(qid='7'), 1, {'adaptive': (2.0, 6.0)},
                         weights)
    with pytest.raises(InputError, match=f'v1_7, field frame_weights: '
                       f'found {found}'):
        evaluate([sample])


def test_bad_spans_name_the_question(question):
    nan = make_sample(question(), 1, {'adaptive': (float('nan'), 6.0)})
    with pytest.raises(InputError, match='v1_0, span adaptive: found nan'):
        evaluate([nan])
    other = make_sample(question(), 1, {'window': (2.0, 6.0)})
    with pytest.raises(InputError, match='pred_answer and a adaptive span'):
        evaluate([other])


def star_sample(question, qid, truth=None):
    return make_sample(
        question('6H78U', qid, truth, type=qid.partition('_')[0]), 2,
        {'adaptive': (2.0, 6.0)})


STAR_QIDS = ('Sequence_T1_1', 'Prediction_T2_3', 'Sequence_T3_2')


def test_without_answers_the_predictions_are_only_dumped(question, tmp_path):
    samples = [star_sample(question, qid) for qid in STAR_QIDS]
    path = tmp_path / 'run.json'
    assert evaluate(samples, dump_file=str(path), submission='star') == {}
    keys = {f'6H78U_{qid}' for qid in STAR_QIDS}
    assert json.loads(path.read_text()) == {
        key: {'prediction': 2, 'scores': [.2] * 5} for key in keys}
    assert read_answers(path, {}) == dict.fromkeys(keys, 2)
    assert read_spans(tmp_path / 'run_spans.json').keys() == keys
    assert read_attention(tmp_path / 'run_attention.json').keys() == keys
    submission = json.loads((tmp_path / 'run_submission.json').read_text())
    assert [len(submission[kind]) for kind in (
        'Interaction', 'Sequence', 'Prediction', 'Feasibility')] == [
            0, 2, 1, 0]
    assert evaluate(samples, dump_file=str(tmp_path / 'other.json')) == {}
    assert not (tmp_path / 'other_submission.json').exists()


def test_without_answers_there_is_nothing_else_to_write(question, tmp_path):
    samples = [star_sample(question, STAR_QIDS[0])]
    for kwargs in ({}, {'report_file': str(tmp_path / 'report.json'),
                        'dump_file': str(tmp_path / 'run.json')}):
        with pytest.raises(InputError, match=r'6H78U_Sequence_T1_1: found no '
                           'answer.*--dump FILE, without --json'):
            evaluate(samples, **kwargs)
    assert not list(tmp_path.iterdir())


def test_a_split_with_some_answers_is_refused_after_the_dump(question,
                                                              tmp_path):
    samples = [star_sample(question, STAR_QIDS[0], 1),
               star_sample(question, STAR_QIDS[1])]
    with pytest.raises(InputError, match='Prediction_T2_3: found no answer'):
        evaluate(samples, dump_file=str(tmp_path / 'run.json'))
    assert (tmp_path / 'run.json').exists()


def test_a_submission_goes_with_metrics_too(question, tmp_path):
    samples = [star_sample(question, qid, 2) for qid in STAR_QIDS]
    metrics = evaluate(samples, dump_file=str(tmp_path / 'run.json'),
                       submission='star')
    assert metrics['Acc@GQA'] == 100 and metrics['num_questions'] == 3
    assert (tmp_path / 'run_submission.json').exists()
    with pytest.raises(InputError, match="submission: found 'agqa'"):
        evaluate(samples, submission='agqa')


def test_without_spans_answers_are_measured(question, tmp_path, caplog):
    samples = [make_sample(question(qid=str(row), spans=(), duration=None),
                           1, {'adaptive': (0.2, 0.6)}) for row in range(2)]
    samples[0].set_metainfo({'frame_times': np.linspace(.1, .9, 8)})
    path = tmp_path / 'run.json'
    assert evaluate(samples, dump_file=str(path), report_file=str(
        tmp_path / 'report.json')) == {'Acc@VQA': 100, 'num_questions': 2}
    # The second has frames after its first second.
    assert '1 question whose duration is not known' in caplog.text
    assert '(v1_0)' in caplog.text
    assert read_spans(tmp_path / 'run_spans.json')['v1_1'] == (.2, .6)
    report = json.loads((tmp_path / 'report.json').read_text())
    assert report['mIoP'] is None
