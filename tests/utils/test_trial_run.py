import os
import signal
import sys

import pytest

from cra_plugin.utils import trial_run
from cra_plugin.utils.trial_run import returns_in_time

forks = pytest.mark.skipif(sys.platform != 'linux', reason='needs a fork')


def loop():
    while True:
        pass


@forks
@pytest.mark.parametrize(('function', 'ends'), [
    (lambda: None, True), (lambda: 1 / 0, True), (lambda: sys.exit(3), True),
    (loop, False), (lambda: os.kill(os.getpid(), signal.SIGKILL), False)])
def test_ends(function, ends):
    assert returns_in_time(function, 1) is ends


@forks
def test_waiting_is_no_fault(monkeypatch):
    monkeypatch.setattr(trial_run, '_WALL_PER_CPU', .2)
    assert returns_in_time(signal.pause, 1)


def test_elsewhere_nothing_is_tried(monkeypatch):
    monkeypatch.setattr(sys, 'platform', 'win32')
    assert returns_in_time(lambda: os._exit(1), 1)
