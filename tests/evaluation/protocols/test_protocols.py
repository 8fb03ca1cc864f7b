"""Every protocol against a slow loop over questions, spans and truths."""

from itertools import combinations

import numpy as np
import pytest

from cra_plugin.errors import InputError
from cra_plugin.evaluation import candidate_spans, pair_iou
from cra_plugin.evaluation.candidate_spans import CandidateSpans
from cra_plugin.evaluation.protocols.protocol import PROTOCOL_METRICS
from cra_plugin.evaluation.protocols.protocol_report import (
    evaluate_protocols,
    name_protocols,
    render_protocols,
)
from cra_plugin.evaluation.protocols.protocol_table import PROTOCOLS
from cra_plugin.evaluation.question_table import QuestionTable


@pytest.fixture
def predictions(random_predictions):
    """Questions, answers, (span, confidence) lists, segments, covered."""

    def make(seed):
        rng = np.random.default_rng(seed)
        questions, answers, _ = random_predictions(seed)
        spans = [[(*sorted(map(float, rng.integers(0, 20, 2))),
                   float(rng.permutation(9)[rank])) for rank in range(
                       rng.integers(0, 8))] for _ in questions]
        segments = rng.random(len(questions)) < .3
        covered = rng.random(len(questions)) < .8
        for row in np.flatnonzero(~covered):
            spans[row], answers[row] = [], -1
        return questions, answers, spans, segments, covered

    return make


def seconds(spans):
    """The quarters of seconds that are covered: starts and ends are whole."""
    return {step for start, end in spans
            for step in range(int(4 * start), int(4 * end))}


def overlap(spans, truth):
    """IoP and IoU of spans together with one true span."""
    mine, theirs = seconds(spans), seconds([truth])
    both = len(mine & theirs)
    iop = (both / len(mine) if mine else float(any(
        truth[0] <= start <= truth[1] for start, _ in spans)))
    return iop, both / len(mine | theirs) if mine and theirs else 0.


def counted(name, spans, segments):
    """The groups of spans that count together, of which the best does."""
    by_conf = sorted(spans, key=lambda each: -each[2])
    groups = {
        'union': [spans], 'best-of-spans': [[each] for each in spans],
        'top1': [by_conf[:1]], 'top5': [[each] for each in by_conf[:5]],
        'nextgqa-all': [spans if segments else spans[:1]]}
    return [[each[:2] for each in group]
            for group in groups.get(name, [spans[:1]]) if group]


def slow(name, questions, answers, spans, segments, covered):
    """The figures of a protocol."""
    rows, shown = [], {}
    for index, question in enumerate(questions):
        if name == 'nextgqa' and not covered[index]:
            continue
        groups = counted(name, spans[index], segments[index])
        fits = [overlap(group, truth) for group in groups
                for truth in question.spans] or [(0., 0.)]
        iop, iou = (max(fit[part] for fit in fits) for part in (0, 1))
        right = answers[index] == question.answer
        row = {'Acc@VQA': right, 'mIoP': iop, 'mIoU': iou,
               'Acc@GQA': right and iop >= .5,
               'Acc@IoU0.5': right and iou >= .5}
        for t in (.3, .5):
            row |= {f'IoP@{t}': iop >= t, f'IoU@{t}': iou >= t,
                    f'UF@{t}': right and iop < t,
                    f'Err@{t}': not right and iop < t}
        rows.append((question.type, row))
        if groups:
            shown.setdefault(question.video_id, []).append(groups[0])
    means = {each: 100 * np.mean([row[each] for _, row in rows])
             for each in rows[0][1]}
    if name == 'star':
        means['Acc@VQA'] = 100 * np.mean([np.mean(
            [row['Acc@VQA'] for kind, row in rows if kind == wanted])
            for wanted in {kind for kind, _ in rows}])
    videos = []
    for groups in shown.values():
        found = [len(seconds(a) & seconds(b)) / max(1, len(
            seconds(a) | seconds(b))) for a, b in combinations(groups, 2)]
        videos += [np.mean(found)] if found else []
    alternatives = name in ('best-of-spans', 'top5')
    means['PIoU'] = None if alternatives else 100 * np.mean(videos)
    return means | {'num_questions': len(rows)}


@pytest.mark.parametrize('name', PROTOCOLS)
@pytest.mark.parametrize('seed', range(3))
def test_against_a_slow_loop(seed, name, predictions, monkeypatch):
    for module in (candidate_spans, pair_iou):
        monkeypatch.setattr(module, 'BLOCK', 64)
    questions, answers, spans, segments, covered = predictions(seed)
    flat = np.array([each for row in spans for each in row])
    candidates = CandidateSpans(
        flat[:, :2], np.array(list(map(len, spans))), flat[:, 2], segments)
    found = PROTOCOLS[name].evaluate(
        QuestionTable.from_questions(questions), answers, candidates, covered)
    assert tuple(found) == (*PROTOCOL_METRICS[:-1], 'num_questions',
                            'Acc@IoU0.5')
    assert found == pytest.approx(slow(name, questions, answers, spans,
                                       segments, covered))


def test_the_table_shows_how_far_protocols_are_apart(question):
    """Right, with spans of IoU 0, 1 and 1/2; the second is surest."""
    table = QuestionTable.from_questions(
        [question(), question(qid='1', answer=0)])
    candidates = CandidateSpans(
        np.array([[10., 12.], [2., 6.], [2., 4.]]), np.array([3, 0]),
        np.array([.2, .9, .3]), np.array([False, False]))
    found = evaluate_protocols(
        name_protocols(['all']), table, np.array([1, -1]), candidates,
        np.array([True, False]))
    assert [found[name]['mIoU'] for name in PROTOCOLS] == pytest.approx(
        [0, 0, 0, 50, 100 / 3, 50, 50, 0, 0])
    assert found['nextgqa']['Acc@VQA'] == 100
    lines = render_protocols(found, 'nextgqa-all').splitlines()
    rows = {line[2:20].strip(): line[21:].split() for line in lines[4:]}
    assert rows['union'] == ['50.0', '50.0', '33.3', '50.0', '50.0', '33.3',
                             '50.0', '50.0', '50.0', '2']
    # The official evaluator leaves the second question out.
    assert rows['nextgqa'][1:3] == ['100.0', '0.0']
    assert rows['largest difference'] == ['50.0'] * 9
    assert max(map(len, lines)) <= 100
    assert any(line.startswith('* nextgqa-all') for line in lines)


def test_protocols_that_there_are_not():
    with pytest.raises(InputError, match="protocols: found 'best'"):
        name_protocols(['union', 'best'])
