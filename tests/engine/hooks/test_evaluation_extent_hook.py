from types import SimpleNamespace
from unittest import mock

import pytest
from mmengine.hooks import CheckpointHook

from cra_plugin.engine.hooks import (
    EvaluationExtentHook,
    evaluation_extent_hook,
)
from cra_plugin.errors import InputError
from cra_plugin.evaluation.grounded_qa_metric import GroundedQAMetric
from cra_plugin.structures.video_question import VideoQuestion


def question(qid, answer=0, spans=()):
    return VideoQuestion('v', str(qid), 'why', ('a', 'b'), answer, 'CW',
                         spans, 9.)


def start(questions, save_best, prefix=None):
    """Begin a training; what is said, and what the best is kept by."""
    checkpoints = CheckpointHook(save_best=save_best, rule='greater')
    logger = mock.Mock()
    loop = SimpleNamespace(
        dataloader=SimpleNamespace(
            dataset=SimpleNamespace(ann_file='val.csv')),
        evaluator=SimpleNamespace(metrics=[GroundedQAMetric(prefix=prefix)]))
    with mock.patch.object(evaluation_extent_hook, 'dataset_questions',
                           lambda _: questions):
        EvaluationExtentHook().before_train(SimpleNamespace(
            val_loop=loop, hooks=[checkpoints], logger=logger))
    said = [call.args[0] for call in logger.warning.call_args_list]
    assert checkpoints.key_indicators == checkpoints.save_best
    assert set(checkpoints.is_better_than) >= set(checkpoints.save_best)
    return said, checkpoints.save_best


SPAN = ((1., 2.), )


@pytest.mark.parametrize('prefix, before, after', [
    (None, 'Acc@GQA', ['Acc@VQA']),
    (None, ['mIoU', 'window/IoP@0.5', 'Acc@VQA'], ['Acc@VQA']),
    (None, 'window/Acc@VQA', ['Acc@VQA']),
    (None, ['loss', 'mIoP'], ['loss', 'Acc@VQA']),
    (None, 'auto', ['auto']), (None, 'Acc@VQA', ['Acc@VQA']),
    ('star', 'star/mIoP', ['star/Acc@VQA'])])
def test_the_best_is_kept_by_what_is_computed(prefix, before, after):
    said, found = start([question(0), question(1)], before, prefix)
    assert found == after
    assert said[0].startswith('2 questions of val.csv: not computed: Acc@GQA')
    assert len(said) == 1 + (after != ([before] if isinstance(before, str)
                                       else before))


@pytest.mark.parametrize('questions', [
    [question(0, spans=SPAN)], [question(0, None)], []])
def test_nothing_is_said_or_changed(questions):
    assert start(questions, 'Acc@GQA') == ([], ['Acc@GQA'])


def test_some_questions_without_spans_end_the_run():
    with pytest.raises(InputError, match='question v_1: found no ground-truth '
                       'span; expected at least one, as 1 other'):
        start([question(0, spans=SPAN), question(1)], 'Acc@GQA')
