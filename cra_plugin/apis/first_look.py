"""Whether the inputs of a run are there, before torch is imported."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cra_plugin.apis.config import read_config
from cra_plugin.engine.config_completion import complete_config
from cra_plugin.engine.missing_inputs import require_inputs
from cra_plugin.errors import InputError

TEST = '_test'


def look_at_inputs(config: str,
                   options: dict[str, Any] | None,
                   splits: Sequence[str],
                   checkpoint: str | None = None) -> None:
    """Refuse a run whose inputs are missing, within a second or two.

    Modules of ``custom_imports`` are not imported. A config that cannot be
    read without them, or at all, is left to whoever reads it in full.

    Args:
        config (str): The config file.
        options (dict, optional): ``--cfg-options``.
        splits (Sequence[str]): The loops that run, of ``'train'``, ``'val'``
            and ``'test'``.
        checkpoint (str, optional): What is tested. Defaults to None.

    Raises:
        InputError: If a file or folder is missing.
    """
    try:
        loaded = read_config(config, options, import_modules=False)
        complete_config(loaded)
    except Exception:  # a config is Python and may raise anything
        return
    with naming_the_config_of_the_run(config, checkpoint):
        try:
            require_inputs(loaded, splits, checkpoint)
        except (AttributeError, TypeError):
            return  # sections are of other kinds than they should be


@contextmanager
def naming_the_config_of_the_run(
        config: str, checkpoint: str | None) -> Iterator[None]:
    """Say of a model that cannot be built where its own config lies.

    Training writes the config, options included, beside its checkpoints.

    Args:
        config (str): The config file.
        checkpoint (str, optional): What is tested.

    Raises:
        InputError: What is raised inside, with the config if it is there.
    """
    try:
        yield
    except InputError as error:
        own = None
        if checkpoint is not None and Path(checkpoint).is_file():
            own = _config_of_the_run(Path(checkpoint).parent, Path(config))
        if own is None:
            raise
        hint = ('The run of this checkpoint has left its config, with all of '
                f'its options: python tools/test.py {own} {checkpoint}')
        if error.details:
            raise InputError(error.headline,
                             details=(*error.details, hint)) from None
        raise InputError(f'{error}. {hint}') from None


def _config_of_the_run(folder: Path, config: Path) -> Path | None:
    """The config that a training has left beside its checkpoints.

    The one of the same name, else the newest; tests leave others there.
    """
    found = [path for path in folder.glob('*.py') if path.is_file()
             and not path.stem.endswith(TEST)]
    if any(path.resolve() == config.resolve() for path in found):
        return None
    return max(found, default=None, key=lambda path: (
        path.name == config.name, path.stat().st_mtime))
