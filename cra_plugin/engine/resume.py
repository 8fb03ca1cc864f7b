"""Find the checkpoint that a run continues from."""

from __future__ import annotations

import logging
from pathlib import Path

from mmengine.config import Config

from cra_plugin.compat.safe_checkpoints import load_checkpoint_file
from cra_plugin.engine.hooks.durable_checkpoint_hook import INTERRUPTED
from cra_plugin.engine.run_notes import LAST_CHECKPOINT, read_note
from cra_plugin.errors import InputError
from cra_plugin.utils.regular_file import is_regular_file, require_file

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
        InputError: If the work dir has checkpoints, but no whole one, or
            the one that is named is no file.
    """
    if resume == 'auto':
        found = latest_checkpoint(config.work_dir,
                                  _checkpoint_folder(config))
    else:
        require_file(resume, 'a checkpoint to resume')
        found = Path(resume)
    config.resume = found is not None
    if found is None:
        logging.getLogger('cra_plugin').warning(
            'warning: no checkpoint in %s: training starts anew',
            config.work_dir)
    else:
        config.load_from = str(found)


def latest_checkpoint(work_dir: str | Path,
                      folder: str | Path | None = None) -> Path | None:
    """Find the latest checkpoint that is whole.

    The one that ``last_checkpoint`` names comes first, then all others from
    the newest file to the oldest. Its folder does not count: the work dir may
    have been copied or moved.

    Args:
        work_dir (str | Path): The folder of the run.
        folder (str | Path, optional): Where its checkpoints are. Defaults to
            None: in the work dir.

    Returns:
        Path, optional: The checkpoint; None where there is none at all.

    Raises:
        InputError: If there are checkpoints, but no whole one.
    """
    damaged: list[Path] = []
    reasons = []
    places = [Path(work_dir), Path(folder or work_dir)]
    named = read_note(places[0] / LAST_CHECKPOINT)
    for path in _candidates(places, named):
        try:
            load_checkpoint_file(str(path), map_location='cpu')
        except InputError as error:
            damaged.append(path)
            reasons.append(error.found)
            continue
        for other in damaged:
            logging.getLogger('cra_plugin').warning(
                'warning: %s is not whole: continuing from %s', other, path)
        return path
    if damaged:
        raise InputError(
            damaged[0], 'a checkpoint that is not whole, and no other in its '
            f'place: {reasons[0]}', 'a whole checkpoint to resume',
            'restore it, or train anew without --resume')
    return None


def _candidates(places: list[Path], named: str) -> list[Path]:
    """Checkpoints that exist, the likeliest first."""
    first = [place / Path(named).name for place in places if named]
    others = [
        path for place in places for pattern in CHECKPOINTS
        for path in place.glob(pattern) if is_regular_file(path)
    ]
    others.sort(key=lambda path: path.stat().st_mtime_ns, reverse=True)
    return list(dict.fromkeys([*filter(is_regular_file, first), *others]))


def _checkpoint_folder(config: Config) -> Path:
    """Where mmengine's ``CheckpointHook`` puts the checkpoints of a run."""
    hook = (config.get('default_hooks') or {}).get('checkpoint') or {}
    work_dir = Path(config.work_dir)
    out_dir = hook.get('out_dir')
    return Path(out_dir, work_dir.name) if out_dir else work_dir
