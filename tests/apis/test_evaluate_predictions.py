import json

import pytest

from cra_plugin.apis.evaluate_predictions import evaluate_predictions
from cra_plugin.errors import InputError

NAMES = ('Acc@GQA', 'Acc@VQA', 'mIoP', 'IoP@0.3', 'IoP@0.5', 'mIoU',
         'IoU@0.3', 'IoU@0.5')


@pytest.fixture
def evaluate(tmp_path):
    """Evaluate predictions on three questions about two videos."""
    (tmp_path / 'val.csv').write_text(
        'video_id,question,answer,qid,type,a0,a1,a2,a3,a4\n'
        'v1,why,b,0,CW,a,b,c,d,e\n'
        'v1,how,c,1,CH,a,b,c,d,e\n'
        'v2,why,a,0,CW,a,b,c,d,e\n')
    (tmp_path / 'gsub_val.json').write_text(
        json.dumps({
            'v1': {'duration': 20, 'location': {'0': [[2, 6]],
                                                '1': [[10, 20]]}},
            'v2': {'duration': 10, 'location': {'0': [[0, 5]]}}
        }))
    (tmp_path / 'frame2time_val.json').write_text(
        json.dumps({'v1': [1, 5, 9, 13, 17], 'v2': [1, 3, 5, 7, 9]}))

    def evaluate_content(answers, **kwargs):
        files = {}
        for name, content in (('answers', answers), *kwargs.items()):
            if isinstance(content, dict):
                files[name] = tmp_path / f'{name}.json'
                files[name].write_text(json.dumps(content))
        return evaluate_predictions(tmp_path, 'val', **{**kwargs, **files})

    return evaluate_content


ANSWERS = {
    'v1_0': {'prediction': 1, 'answer': 1},
    'v1_1': {'prediction': 2, 'answer': 2},
    'v2_0': {'prediction': 3, 'answer': 0},
}
SPANS = {'v1_0': [2, 4], 'v1_1': [0, 12], 'v2_0': [1, 2]}
ATTENTION = {
    'v1_0': [.1, .6, .1, .1, .1],
    'v1_1': [.1, .1, .1, .1, .6],
    'v2_0': [.2, .2, .2, .2, .2],
}


def test_spans_in_seconds_and_fractions(evaluate):
    report = evaluate(ANSWERS, spans=SPANS)
    assert report['Acc@GQA'] == pytest.approx(100 / 3)
    assert report['mIoP'] == pytest.approx(100 * (1 + 1 / 6 + 1) / 3)
    assert report['by_type']['CH']['UF@0.3'] == 100
    assert report['decoder'] == 'spans'
    fractions = {'v1_0': [.1, .2], 'v1_1': [0, .6], 'v2_0': [.1, .2]}
    assert evaluate(ANSWERS, spans=fractions, normalized=True) == report


def test_attention_with_every_decoder(evaluate):
    report = evaluate(ANSWERS, attention=ATTENTION)
    assert set(report['decoders']) == {'window', 'adaptive', 'merged'}
    # Points at 5 s and 17 s; equal weights give 1 s to 9 s.
    assert report['mIoP'] == pytest.approx(100 * (1 + 1 + 0.5) / 3)
    window = evaluate(ANSWERS, attention=ATTENTION, decoder='window')
    # Windows 4 to 8 s, 16 to 20 s and 0 to 2 s.
    assert window['mIoP'] == pytest.approx(100 * (0.5 + 1 + 1) / 3)
    assert window['decoders'] == report['decoders']


def test_missing_predictions_count_as_wrong_unless_skipped(evaluate, caplog):
    spans = {'v1_0': [2, 4], 'v1_1': [0, 12], 'x_0': [1, 2]}
    report = evaluate(ANSWERS, spans=spans)
    assert (report['num_questions'], report['num_missing'],
            report['num_unknown']) == (3, 1, 1)
    assert report['mIoP'] == pytest.approx(100 * (1 + 1 / 6) / 3)
    assert 'counted as wrong (v2_0)' in caplog.text
    skipped = evaluate(ANSWERS, spans=spans, preset='release')
    assert (skipped['num_questions'], skipped['num_missing']) == (2, 1)
    assert skipped['mIoP'] == pytest.approx(100 * (1 + 1 / 6) / 2)
    assert evaluate(ANSWERS, spans=spans, missing='skip') == skipped | {
        'protocol': 'nextgqa-all'}
    answers = {key: ANSWERS[key] for key in ('v1_0', 'v1_1')}
    assert evaluate(answers, spans=SPANS)['Acc@VQA'] == pytest.approx(200 / 3)
    weights = {'v1_0': ATTENTION['v1_0']}
    assert evaluate(
        ANSWERS, attention=weights)['mIoP'] == pytest.approx(100 / 3)


def test_spans_outside_the_video_are_reported_and_scored(evaluate, caplog):
    inside = evaluate(ANSWERS, spans={**SPANS, 'v2_0': [0, 11]})
    assert inside['num_outside'] == 0
    assert not caplog.messages
    spans = {**SPANS, 'v1_0': [-50, 9999], 'v2_0': [0, 50], 'x_0': [-9, -8]}
    report = evaluate(ANSWERS, spans=spans)
    assert report['num_outside'] == 2
    assert any(message.startswith('warning: 2 questions with a span outside')
               and message.endswith('(v1_0, v2_0)')
               for message in caplog.messages)
    assert report['mIoP'] == pytest.approx(
        100 * (4 / 10049 + 1 / 6 + 1 / 10) / 3)
    late = {key: [0, 1.09] for key in SPANS}
    assert evaluate(ANSWERS, spans=late, normalized=True)['num_outside'] == 2


@pytest.mark.parametrize('kwargs, found', [
    (dict(spans=SPANS, attention=ATTENTION), 'found both'),
    (dict(attention=ATTENTION, normalized=True), 'argument normalized'),
    (dict(spans=SPANS, preset='other'), "argument preset: found 'other'"),
    (dict(spans=SPANS, dataset='agqa'), "argument dataset: found 'agqa'"),
    (dict(spans=SPANS, dataset='star'), 'STAR_val.json: found no such file'),
    (dict(spans=SPANS, missing='drop'), "missing: found 'drop'"),
    (dict(attention=ATTENTION, decoder='best'), "decoder: found 'best'"),
    (dict(spans=SPANS, normalized=True), 'v1_0: found the span'),
    (dict(attention={'v1_0': [1, 2]}), 'found 2 weights; expected 5'),
    (dict(spans={'v1_0': [.1, .2], 'v1_1': [0, 1]}), '--normalized'),
])
def test_bad_arguments_are_named(evaluate, kwargs, found):
    with pytest.raises(InputError) as caught:
        evaluate(ANSWERS, **kwargs)
    assert found in str(caught.value)


def test_answers_to_other_choices_are_refused(evaluate):
    answers = {**ANSWERS, 'v1_1': {'prediction': 0, 'answer': 4}}
    with pytest.raises(InputError, match=r"v1_1, field answer.*index of 'c'"):
        evaluate(answers, spans=SPANS)


@pytest.fixture
def golden_folder(shared_dir):
    return shared_dir / 'golden' / 'metrics_val'


@pytest.mark.parametrize('name, kwargs', [
    ('seconds', dict(spans='spans_seconds')),
    ('normalized', dict(spans='spans_normalized', normalized=True)),
    ('posthoc', dict(spans='posthoc_spans')),
    ('posthoc', dict(attention='attention', preset='release')),
])
def test_golden_metrics(shared_dir, golden_folder, name, kwargs):
    kwargs = {key: golden_folder / f'{value}.json'
              if key in ('spans', 'attention') else value
              for key, value in kwargs.items()}
    report = evaluate_predictions(shared_dir / 'data' / 'nextgqa', 'val',
                                  golden_folder / 'answers.json', **kwargs)
    golden = json.loads((golden_folder / 'expected_metrics.json').read_text())
    assert report['num_outside'] == 0
    assert tuple(golden[name]) == NAMES
    assert {key: report[key]
            for key in NAMES} == pytest.approx(golden[name], abs=1e-6)
    if name == 'seconds':
        by_type = golden['by_type_seconds']
        assert by_type.keys() == report['by_type'].keys()
        for kind, expected in by_type.items():
            values = {key: report['by_type'][kind][key] for key in NAMES}
            assert values == pytest.approx(expected, abs=1e-6)


def test_golden_subset(shared_dir, golden_folder, tmp_path):
    answers = json.loads((golden_folder / 'answers.json').read_text())
    subset = tmp_path / 'answers.json'
    subset.write_text(
        json.dumps({key: answers[key] for key in sorted(answers)[::3]}))
    report = evaluate_predictions(
        shared_dir / 'data' / 'nextgqa', 'val', subset,
        spans=golden_folder / 'spans_seconds.json', missing='skip')
    golden = json.loads((golden_folder / 'expected_metrics.json').read_text())
    expected = golden['subset_every_third_sorted']
    assert {key: report[key]
            for key in NAMES} == pytest.approx(expected, abs=1e-6)
    assert report['num_missing'] == 3358 - report['num_questions']
