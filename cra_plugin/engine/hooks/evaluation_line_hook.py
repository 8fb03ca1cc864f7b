"""Say in one line what an evaluation found."""

from __future__ import annotations

from collections.abc import Mapping

from mmengine.evaluator import Evaluator
from mmengine.hooks import Hook
from mmengine.runner import Runner

from cra_plugin.evaluation.grounded_qa_metric import GroundedQAMetric
from cra_plugin.evaluation.metrics import METRIC_NAMES
from cra_plugin.registry import HOOKS

HEADLINES = ('Acc@GQA', 'Acc@VQA', 'mIoP', 'mIoU')
# What the log's line begins a list of paths of best checkpoints with.
BEST = 'best_ckpt'


@HOOKS.register_module()
class EvaluationLineHook(Hook):
    """The line of an evaluation that the terminal shows, after its table.

    mmengine's own line has all metrics of all decoders and priors; it is in
    the file of the log.
    """

    # After the best checkpoint is kept.
    priority = 'LOWEST'

    def __init__(self) -> None:
        self._best: dict[str, str] = {}

    def before_train(self, runner: Runner) -> None:
        """Note which checkpoints are the best of a run that is resumed.

        Args:
            runner (Runner): The runner of the training.
        """
        self._best = _best_checkpoints(runner)

    def after_val_epoch(self,
                        runner: Runner,
                        metrics: dict[str, float] | None = None) -> None:
        """Say it of a validation, and whether it is the best.

        Args:
            runner (Runner): The runner.
            metrics (dict, optional): Name to value. Defaults to None.
        """
        place = ''
        if runner._train_loop is not None:
            place = f' [{runner.epoch}]'
        best = _best_checkpoints(runner)
        new = [path.rpartition('/')[2] for name, path in best.items()
               if self._best.get(name) != path]
        self._best = best
        line = _line(runner.val_loop.evaluator, metrics or {})
        saved = f'  best so far: {", ".join(new)}' if new else ''
        runner.logger.info(f'Epoch(val){place}  {line}{saved}')

    def after_test_epoch(self,
                         runner: Runner,
                         metrics: dict[str, float] | None = None) -> None:
        """Say it of a test.

        Args:
            runner (Runner): The runner.
            metrics (dict, optional): Name to value. Defaults to None.
        """
        line = _line(runner.test_loop.evaluator, metrics or {})
        runner.logger.info(f'Epoch(test)  {line}')


def _line(evaluator: Evaluator, metrics: Mapping[str, float]) -> str:
    """The headlines of our metrics, and all that other metrics found."""
    ours = [metric.prefix for metric in evaluator.metrics
            if isinstance(metric, GroundedQAMetric)]
    headlines = {'/'.join(filter(None, (prefix, name)))
                 for prefix in ours for name in HEADLINES}
    known = (*METRIC_NAMES, 'num_questions')
    parts = [
        f'{name}: {value:.2f}' if isinstance(value, float) else
        f'{name}: {value}' for name, value in metrics.items()
        if name in headlines or not ours
        or name.rpartition('/')[2] not in known
    ]
    return '  '.join(parts) or 'no metrics'


def _best_checkpoints(runner: Runner) -> dict[str, str]:
    """What mmengine's checkpoint hook says of the best checkpoints."""
    return {name: str(path)
            for name, path in runner.message_hub.runtime_info.items()
            if name.startswith(BEST) and path}
