"""What of the log of a run the terminal shows; its file has all of it."""

from __future__ import annotations

import logging
import sys
import time

# Libraries whose records are for the file, but for what stands below.
LIBRARIES = ('mmengine', 'mmaction', 'mmcv')
# Modules of mmengine, and functions there, that say how a run goes.
SHOWN = {
    'mmengine.hooks.logger_hook': ('after_train_iter', ),
    'mmengine.hooks.checkpoint_hook': ('after_train_epoch',
                                       'after_train_iter'),
    'mmengine.hooks.early_stopping_hook': ('after_val_epoch', ),
    'mmengine.runner.checkpoint': ('load_state_dict', ),
    'mmengine.runner.runner': ('load_or_resume', 'load_checkpoint', 'resume',
                               'scale_lr', '_maybe_compile')}
# Where an evaluation says how far it is: needed only where it takes long.
PROGRESS = ('after_val_iter', 'after_test_iter')
QUIET_SECONDS = 60.0
# mmengine names the run after each epoch anew.
REPEATED = 'Exp name: '


class ConsoleFilter(logging.Filter):
    """Lets through what a person reads.

    That is errors, all that this package and modules of a user say, and of
    the OpenMMLab libraries how far the run is. Their dump of the config, of
    the environment and of the order of hooks, notes on single parameters and
    warnings of their use stay in the file.
    """

    def __init__(self) -> None:
        super().__init__()
        self._shown = time.monotonic()

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the terminal shows a record.

        Args:
            record (LogRecord): What is logged, while it is being logged.

        Returns:
            bool: Whether it is shown.
        """
        shown = (record.levelno >= logging.ERROR
                 or self._is_read(record, *_origin()))
        if shown:
            self._shown = time.monotonic()
        return shown

    def _is_read(self, record: logging.LogRecord, module: str,
                 function: str) -> bool:
        """Whether a person waits for a record from that place."""
        if module.partition('.')[0] not in LIBRARIES:
            return True
        if function in PROGRESS:
            return time.monotonic() - self._shown >= QUIET_SECONDS
        return (function in SHOWN.get(module, ())
                and not record.getMessage().startswith(REPEATED))


def quiet_console(logger: logging.Logger) -> None:
    """Show on the terminal what a person reads; files keep all.

    Args:
        logger (Logger): The logger of a run.
    """
    for handler in logger.handlers:
        # A handler of a file is a stream handler too.
        if isinstance(handler, logging.StreamHandler) and not isinstance(
                handler, logging.FileHandler) and not any(
                    isinstance(each, ConsoleFilter)
                    for each in handler.filters):
            handler.addFilter(ConsoleFilter())


def _origin() -> tuple[str, str]:
    """Module and function that log; ``print_log`` logs for its caller."""
    frame = sys._getframe(2)
    while frame.f_back is not None:
        module = frame.f_globals.get('__name__', '')
        if not module.startswith(('logging', 'mmengine.logging')) and (
                module != __name__):
            return module, frame.f_code.co_name
        frame = frame.f_back
    return '', ''
