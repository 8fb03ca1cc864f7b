"""Say at the start what runs, and show on the terminal what people read."""

from __future__ import annotations

from mmengine.hooks import Hook
from mmengine.logging import MMLogger
from mmengine.runner import Runner

from cra_plugin.engine.console import quiet_console
from cra_plugin.engine.run_summary import (
    describe_data,
    describe_model,
    describe_place,
    describe_schedule,
    describe_software,
)
from cra_plugin.registry import HOOKS


@HOOKS.register_module()
class ConsoleHook(Hook):
    """A terminal of a few lines; the file of the log has everything.

    Versions, data, model, schedule and place are said in a line each, and
    the terminal leaves out what
    :class:`~cra_plugin.engine.console.ConsoleFilter` does.

    Args:
        verbose (bool): Show on the terminal all that is in the file; that is
            ``--verbose`` of the tools. Defaults to False.
    """

    priority = 'HIGHEST'

    def __init__(self, verbose: bool = False) -> None:
        self.verbose = verbose
        if not verbose:
            # Hooks are built before mmengine logs their order.
            quiet_console(MMLogger.get_current_instance())

    def before_train(self, runner: Runner) -> None:
        """Say what is trained.

        Args:
            runner (Runner): The runner of the training.
        """
        lines = [describe_software(),
                 describe_data('train', runner.train_dataloader)]
        if runner.val_loop is not None:
            lines.append(describe_data('val', runner.val_dataloader))
        lines += [describe_model(runner), describe_schedule(runner),
                  describe_place(runner)]
        for line in lines:
            runner.logger.info(line)

    def before_test(self, runner: Runner) -> None:
        """Say what is tested.

        Args:
            runner (Runner): The runner of the test.
        """
        for line in (describe_software(),
                     describe_data('test', runner.test_dataloader),
                     describe_model(runner), describe_place(runner)):
            runner.logger.info(line)
