"""Find the checkpoint that a run continues from."""

from __future__ import annotations

import logging
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from mmengine.config import Config

from cra_plugin.engine.hooks.durable_checkpoint_hook import INTERRUPTED
from cra_plugin.errors import InputError

CHECKPOINTS = ('epoch_*.pth', 'iter_*.pth', INTERRUPTED)


def request_resume(config: Config, resume: str) -> None:
    """Make a config resume.

    Args:
        config (Config): A completed config, changed in place. Where there is
            nothing to resume, it starts as it would have, ``load_from``
            included.
        resume (str): A checkpoint, or ``'auto'`` for the latest whole one of
            the work dir.

    Raises:
        InputError: If the work dir has checkpoints, but no whole one.
    """
    found = latest_checkpoint(config.work_dir) if resume == 'auto' else resume
    config.resume = found is not None
    if found is None:
        logging.getLogger('cra_plugin').warning(
            'warning: no checkpoint in %s: training starts anew',
            config.work_dir)
    else:
        config.load_from = str(found)


def latest_checkpoint(work_dir: str | Path) -> Path | None:
    """Find the latest checkpoint that is whole.

    The one that ``last_checkpoint`` names comes first, also in a folder that
    was moved, then all others from the newest file to the oldest.

    Args:
        work_dir (str | Path): The folder of the run.

    Returns:
        Path, optional: The checkpoint; None where there is none at all.

    Raises:
        InputError: If there are checkpoints, but no whole one.
    """
    damaged: list[Path] = []
    for path in _candidates(Path(work_dir)):
        if is_whole(path):
            for other in damaged:
                logging.getLogger('cra_plugin').warning(
                    'warning: %s is not whole: continuing from %s', other,
                    path)
            return path
        damaged.append(path)
    if damaged:
        raise InputError(
            damaged[0], 'a checkpoint that is not whole, and no other in its '
            'place', 'a whole checkpoint to resume',
            'restore it, or train anew without --resume')
    return None


def is_whole(path: Path) -> bool:
    """Check that a checkpoint was written to its end and has not changed.

    Args:
        path (Path): A file of ``torch.save``.

    Returns:
        bool: Whether it is an archive whose parts have their checksums.
    """
    try:
        with ZipFile(path) as archive:
            return archive.testzip() is None
    except (BadZipFile, OSError, EOFError, NotImplementedError):
        return False


def _candidates(work_dir: Path) -> list[Path]:
    """Checkpoints that exist, the likeliest first."""
    note = work_dir / 'last_checkpoint'
    named = note.read_text().strip() if note.is_file() else ''
    folder = Path(named).parent if named else work_dir
    others = [
        path for place in (folder, work_dir) for pattern in CHECKPOINTS
        for path in place.glob(pattern)
    ]
    others.sort(key=lambda path: path.stat().st_mtime_ns, reverse=True)
    first = [Path(named), work_dir / Path(named).name] if named else []
    return [path for path in dict.fromkeys(first + others) if path.is_file()]
