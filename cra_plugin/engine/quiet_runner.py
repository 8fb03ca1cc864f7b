"""mmengine's runner with a terminal for people."""

from __future__ import annotations

from typing import Any

from mmengine.logging import MMLogger
from mmengine.runner import BaseLoop, Runner

from cra_plugin.engine.console import quiet_console
from cra_plugin.engine.full_batches import require_batches
from cra_plugin.engine.library_records import write_library_records
from cra_plugin.utils.start_up import wake_collector


class QuietRunner(Runner):
    """Sets the terminal up before the config and the environment are logged.

    It does where ``default_hooks.console`` is there and not ``verbose``; a
    plain ``Runner`` shows these two, and is quiet from then on.
    """

    def build_logger(self, *args: Any, **kwargs: Any) -> MMLogger:
        """Build the logger.

        Args:
            *args (Any): As for mmengine's.
            **kwargs (Any): As for mmengine's.

        Returns:
            MMLogger: It shows on the terminal what a person reads.
        """
        logger: MMLogger = super().build_logger(*args, **kwargs)
        console = (self.cfg.get('default_hooks') or {}).get('console')
        if console and not console.get('verbose'):
            quiet_console(logger)
        write_library_records(logger)
        return logger

    def build_train_loop(self, loop: Any) -> BaseLoop:
        """Build the loop of the training.

        Args:
            loop (dict): As for mmengine's.

        Returns:
            BaseLoop: The loop.

        Raises:
            InputError: If there is not one batch.
        """
        built: BaseLoop = super().build_train_loop(loop)
        require_batches(built.dataloader)
        return built

    def call_hook(self, fn_name: str, **kwargs: Any) -> None:
        """Call all hooks.

        Args:
            fn_name (str): Which of their methods; once all is built, that is
                ``'before_run'``.
            **kwargs (Any): What it is given.
        """
        if fn_name == 'before_run':
            wake_collector()
        super().call_hook(fn_name, **kwargs)
