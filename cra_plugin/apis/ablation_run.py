"""One run of an ablation: train, then test."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from filelock import FileLock, Timeout

from cra_plugin.ablation.plan import Run, TestSet
from cra_plugin.ablation.run_folder import FINISHED, RunFolder
from cra_plugin.apis.test import test
from cra_plugin.apis.train import train
from cra_plugin.engine.hooks.durable_checkpoint_hook import NothingLeftError
from cra_plugin.engine.resume import latest_checkpoint
from cra_plugin.errors import InputError
from cra_plugin.utils.json_file import read_json_object

LOCK = '.ablation.lock'
# Seconds in which a process whose ablation was killed ends.
PATIENCE = 60


def do_run(out: str, run: Run) -> None:
    """Train and test, or what is left of it.

    Args:
        out (str): Folder of the ablation.
        run (Run): The run; its folder has been prepared.

    Raises:
        InputError: If the training or a test fails, or another process is
            at it. It is noted in the folder.
    """
    folder = RunFolder(out, run)
    try:
        with FileLock(folder.path / LOCK, timeout=PATIENCE):
            if folder.state() != FINISHED:
                _do(folder)
    except Timeout:
        raise InputError(folder.path, 'another process at this run', 'one',
                         'wait for it, or stop it') from None


def _do(folder: RunFolder) -> None:
    """Do what is left, and note why it fails."""
    folder.begin()
    try:
        _train(folder)
        for each in folder.run.tests:
            if folder.report(each) is None:
                _test(folder, each)
    except Exception as error:
        words = ' '.join(str(error).split())
        folder.fail(words if isinstance(error, InputError) else
                    f'{type(error).__name__}: {words}')
        raise


def _train(folder: RunFolder) -> None:
    """Train to the end."""
    run = folder.run
    # Nothing is left where an earlier process ended after the training.
    with suppress(NothingLeftError):
        train(run.config, str(folder.path), 'auto', seed=run.seed,
              options=dict(run.options))


def _test(folder: RunFolder, test_set: TestSet) -> None:
    """Test the checkpoint, and keep report and predictions."""
    run, path = folder.run, folder.path
    report = path / f'metrics_{test_set.name}.json'
    test(run.config, str(find_checkpoint(path, run.checkpoint)), str(path),
         dump=str(path / f'predictions_{test_set.name}.json'),
         json=str(report), options={**run.options, **test_set.options},
         split=test_set.split)
    folder.keep(test_set, read_json_object(report))


def find_checkpoint(folder: Path, kind: str) -> Path:
    """Find the checkpoint that is tested.

    Args:
        folder (Path): Work dir of a training that is over.
        kind (str): ``'best'`` or ``'last'``.

    Returns:
        Path: The checkpoint.

    Raises:
        InputError: If there is none.
    """
    best = sorted(folder.glob('best_*.pth'),
                  key=lambda path: path.stat().st_mtime_ns)
    found = best[-1] if best else None
    if kind == 'last':
        found = latest_checkpoint(folder)
    if found is None:
        raise InputError(
            folder, f'no {kind} checkpoint', 'one that the training left',
            'set default_hooks.checkpoint.save_best, or test the last one '
            'by --checkpoint last' if kind == 'best' else
            'set default_hooks.checkpoint.interval')
    return found
