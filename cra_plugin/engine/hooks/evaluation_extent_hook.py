"""Say at the start what an evaluation will measure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mmengine.evaluator import Evaluator
from mmengine.hooks import CheckpointHook, Hook
from mmengine.runner import Runner
from torch.utils.data import DataLoader

from cra_plugin.datasets.dataset_questions import dataset_questions
from cra_plugin.evaluation.gaps import describe_gaps, find_gaps
from cra_plugin.evaluation.grounded_qa_metric import GroundedQAMetric
from cra_plugin.evaluation.metrics import METRIC_NAMES
from cra_plugin.evaluation.question_table import QuestionTable
from cra_plugin.registry import HOOKS
from cra_plugin.utils.counted import counted


@HOOKS.register_module()
class EvaluationExtentHook(Hook):
    """Looks at the questions before the first batch.

    Questions without spans have the accuracy of answers alone: a warning says
    so, and the best checkpoint is kept by it. Some questions without what
    others have end the run at its start.
    """

    def before_train(self, runner: Runner) -> None:
        """Look at the validation split, and at how the best is chosen.

        Args:
            runner (Runner): The runner of the training.

        Raises:
            InputError: If some questions lack what others have.
        """
        loop = runner.val_loop
        if loop is None:
            return
        gaps = _warn_of_gaps(runner, loop.dataloader, loop.evaluator)
        if gaps:
            computed = [
                '/'.join(filter(None, (metric.prefix, name)))
                for metric in loop.evaluator.metrics
                if isinstance(metric, GroundedQAMetric)
                for name in METRIC_NAMES if name not in gaps
            ]
            for hook in runner.hooks:
                if isinstance(hook, CheckpointHook) and hook.save_best:
                    _replace_best(runner, hook, computed)

    def before_test(self, runner: Runner) -> None:
        """Look at the test split.

        Args:
            runner (Runner): The runner of the test.

        Raises:
            InputError: If some questions lack what others have.
        """
        loop = runner.test_loop
        _warn_of_gaps(runner, loop.dataloader, loop.evaluator)


def _warn_of_gaps(runner: Runner, loader: DataLoader[Any],
                  evaluator: Evaluator) -> dict[str, str]:
    """Say what a loop cannot compute; metric to the reason."""
    questions = dataset_questions(loader.dataset)
    if (not any(isinstance(metric, GroundedQAMetric)
                for metric in evaluator.metrics)
            # Predictions without any truth are only dumped.
            or all(question.answer is None for question in questions)):
        return {}
    gaps = find_gaps(QuestionTable.from_questions(questions))
    for line in describe_gaps(gaps):
        runner.logger.warning(f'{counted(len(questions), "question")} of '
                              f'{_source(loader)}: {line}')
    return gaps


def _source(loader: DataLoader[Any]) -> str:
    """The file of the questions, if the dataset has one."""
    return getattr(loader.dataset, 'ann_file', '') or 'several files'


def _replace_best(runner: Runner, hook: CheckpointHook,
                  computed: Sequence[str]) -> None:
    """Keep the best checkpoint by what is computed."""
    wanted = hook.save_best or []
    names: list[str] = []
    for name in wanted:
        # Those of decoders and priors have a slash before the metric.
        if (name.rpartition('/')[2] in METRIC_NAMES
                and name not in computed):
            name = computed[0]
        if name not in names:
            names.append(name)
    if names != wanted:
        runner.logger.warning(
            f'The best checkpoint is kept by {", ".join(names)}, not by '
            f'{", ".join(wanted)}, which is not computed.')
        hook.save_best = names
        hook._init_rule(['greater'], names)
