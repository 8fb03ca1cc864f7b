"""Data workers end with their process, and say nothing."""

import pytest

from tests.helpers.forked_python import run_python

CODE = """
from types import SimpleNamespace
from mmengine.runner.base_loop import BaseLoop
from torch.utils.data import DataLoader
from cra_plugin.engine.worker_signals import shield_workers

class Loop(BaseLoop):
    def __init__(self, loader):
        self.dataloader = loader
    def run(self):
        pass

loader = DataLoader(range(9), num_workers=2, persistent_workers=True,
                    multiprocessing_context={method!r})
shield_workers(SimpleNamespace(_train_loop=Loop(loader), _val_loop=None,
                               _test_loop=None))
print(len(list(loader)))
"""


@pytest.mark.parametrize('method', ['fork', 'forkserver'])
def test_workers_that_outlive_a_run_end_in_silence(method):
    """Python ends those of a loader that is still there at its exit."""
    run = run_python('-c', CODE.format(method=method), timeout=100)
    assert (run.returncode, run.stdout, run.stderr) == (0, '9\n', '')


ENDED = CODE + """
workers = loader._iterator._workers
for worker in workers:
    worker.terminate()
for worker in workers:
    worker.join()
print(*(worker.exitcode for worker in workers))
"""


def test_workers_that_are_ended_have_not_failed():
    """Any other status is a lost worker to torch, which raises."""
    run = run_python('-c', ENDED.format(method='fork'), timeout=100)
    assert (run.returncode, run.stdout, run.stderr) == (0, '9\n0 0\n', '')
