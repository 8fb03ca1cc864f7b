"""A training as a process of its own that need not import anything."""

import os
import random
import select
import signal
import sys
import time
import traceback

import torch
from mmengine.model import BaseModel

from cra_plugin.apis.train import train
from cra_plugin.cli.command_line import run_tool
from cra_plugin.engine import atomic_backend
from cra_plugin.models.grounders import (
    FrozenBiLMGrounder,
    VideoQuestionGrounder,
)

GROUNDERS = (FrozenBiLMGrounder, VideoQuestionGrounder)
# Only a process that hangs needs so long.
HANG_SECONDS = 600


class ForkedRun:
    """Call a function in a forked process, as a tool calls it.

    What it reports with ``report`` can be waited for, and what it writes to
    stderr is in ``errors``.
    """

    def __init__(self, folder, function, *arguments, **keywords):
        folder.mkdir(exist_ok=True, parents=True)
        self._log = folder.parent / f'{folder.name}.stderr'
        self._log.touch()
        self.events, self._write = os.pipe()
        sys.stdout.flush()
        self.pid = os.fork()
        if self.pid == 0:
            self._run(function, arguments, keywords)
        os.close(self._write)

    def _run(self, function, arguments, keywords):
        status = 1
        try:
            log = os.open(self._log, os.O_WRONLY | os.O_TRUNC)
            for stream in (1, 2):
                os.dup2(log, stream)
            sys.stdout = os.fdopen(1, 'w')
            sys.stderr = os.fdopen(2, 'w')
            torch.set_num_threads(1)
            run_tool(lambda: function(self.report, *arguments, **keywords))
            status = 0
        except SystemExit as end:
            status = end.code
        except BaseException:
            traceback.print_exc()
        finally:
            try:
                sys.stderr.flush()
                sys.stdout.flush()
            finally:
                # Whatever happens, no second pytest goes on here.
                os._exit(status)

    def report(self):
        """Tell the parent that something happens, in the child."""
        os.write(self._write, b'.')

    def wait_for(self, number):
        """Wait until that much was reported; False if it ended before."""
        while number:
            ready, _, _ = select.select([self.events], [], [], HANG_SECONDS)
            if not ready:
                self.kill()
                raise AssertionError('the run hangs')
            if not os.read(self.events, 1):
                return False
            number -= 1
        return True

    def kill(self, number=signal.SIGKILL):
        os.kill(self.pid, number)

    def wait(self, seconds=HANG_SECONDS):
        """Wait for the end; the exit status, or minus the signal."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                os.close(self.events)
                return os.waitstatus_to_exitcode(status)
            time.sleep(.01)
        self.kill()
        os.waitpid(self.pid, 0)
        raise AssertionError(f'the run hangs: {self.errors}')

    @property
    def errors(self):
        return self._log.read_text()


class SlowFile:
    """A file that reports and rests when half of it is written."""

    def __init__(self, file, report):
        self._file, self._report = file, report

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self._file.close()

    def __getattr__(self, name):
        return getattr(self._file, name)

    def write(self, content):
        half = len(content) // 2
        self._file.write(content[:half])
        self._file.flush()
        self._report()
        time.sleep(.05)
        self._file.write(content[half:])


def report_training(report):
    for grounder in GROUNDERS:
        _report_losses(grounder, report)


def _report_losses(grounder, report):
    forward = grounder.forward

    # What distributes a model has a train_step of its own.
    def reporting(*args, mode='tensor', **kwargs):
        if mode == 'loss':
            report()
        return forward(*args, mode=mode, **kwargs)

    grounder.forward = reporting


def report_validation(report):
    step = BaseModel.val_step
    for grounder in GROUNDERS:
        grounder.val_step = (
            lambda *args, **kwargs: (report(), step(*args, **kwargs))[1])


def report_writing(report):
    def open_slowly(*arguments):
        return SlowFile(open(*arguments), report)

    atomic_backend.open = open_slowly


REPORTERS = {'training': report_training, 'validation': report_validation,
             'writing': report_writing}


def train_reporting(report, kind, config, folder, options, **keywords):
    """Train, and report whenever something of that kind begins."""
    if kind:
        REPORTERS[kind](report)
    train(config, str(folder), options=options, **keywords)


def kill_in(kind, number, config, folder, options, rng=random):
    """Continue a run; kill it at such a moment. Whether it came to that."""
    run = ForkedRun(folder, train_reporting, kind, config, folder, options,
                    resume='auto')
    reached = run.wait_for(number)
    if reached:
        time.sleep(rng.uniform(0, .02))
        run.kill()
    status = run.wait()
    assert status == (-signal.SIGKILL if reached else 0), run.errors
    return reached
