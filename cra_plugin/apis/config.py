"""Read a config and options, and complete it to one that runs."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

from mmengine.config import Config

from cra_plugin import compat
from cra_plugin.compat.versions import VersionError
from cra_plugin.engine.config_completion import complete_config
from cra_plugin.engine.config_options import merge_options
from cra_plugin.errors import InputError

# Where a file sets its work dir itself: Python and YAML, or JSON.
_SETS_WORK_DIR = re.compile(r'^work_dir\s*[=:]|"work_dir"\s*:', re.MULTILINE)


def load_config(file: str | Path,
                options: dict[str, Any] | None = None,
                work_dir: str | None = None) -> Config:
    """Read a config, apply options and fill in what follows from the rest.

    :func:`~cra_plugin.engine.config_completion.complete_config` says what
    that is.

    Args:
        file (str | Path): The config file.
        options (dict, optional): ``--cfg-options``. Defaults to None.
        work_dir (str, optional): Where results go. Defaults to None: the
            config's, or ``work_dirs/<name of the config>``, also in place of
            the ``work_dirs/<name>`` of a config that it inherits.

    Returns:
        Config: Ready for mmengine's runner.

    Raises:
        InputError: If there is no such file or it cannot be read.
    """
    config = read_config(file)
    faults = _merge_each(config, options or {})
    config.work_dir = work_dir or _own_work_dir(config, Path(file), options)
    try:
        complete_config(config)
    except InputError as error:
        faults.append(error)
    except Exception:
        _check(config, faults)  # it knows better what is wrong
        raise
    if faults:
        _check(config, faults)
    return config


def _merge_each(config: Config, options: dict[str, Any]) -> list[InputError]:
    """Apply options; those that cannot be are left out, and told."""
    try:
        merge_options(config, options)
        return []
    except InputError as error:
        faults = {error.found: error}
    for field, value in options.items():
        try:
            merge_options(config, {field: value})
        except InputError as error:
            faults.setdefault(error.found, error)
    return list(faults.values())


def _check(config: Config, faults: list[InputError]) -> None:
    """Tell what else is wrong with a config; imports torch."""
    from cra_plugin.engine.config_check import check_config
    check_config(config, faults)


def _own_work_dir(config: Config, file: Path,
                  options: dict[str, Any] | None) -> str:
    """The work dir that options or the file set, or one of its name."""
    default = Path('work_dirs') / file.stem
    given: str | None = config.get('work_dir')
    if given and ('work_dir' in (options or {})
                  or Path(given).parent != default.parent
                  or _SETS_WORK_DIR.search(file.read_text('utf-8'))):
        return given
    return str(default)


def read_config(file: str | Path,
                options: dict[str, Any] | None = None,
                import_modules: bool = True) -> Config:
    """Read a config and apply options, and the work-arounds of ``compat``.

    Args:
        file (str | Path): The config file.
        options (dict, optional): ``--cfg-options``. Defaults to None.
        import_modules (bool): Import those of ``custom_imports``. Defaults
            to True.

    Returns:
        Config: As it is written.

    Raises:
        InputError: If there is no such file, or an option names no field of
            it.
    """
    if not Path(file).is_file():
        raise InputError(file, 'no such file', 'a config file',
                         'see the folder configs/')
    if import_modules:
        compat.apply()
    config = _parse(Path(file), import_modules)
    if options:
        merge_options(config, options)
    return config


def _parse(file: Path, import_modules: bool = True) -> Config:
    """Read a config; modules of its ``custom_imports`` may lie beside it."""
    folder = str(file.resolve().parent)
    if folder not in sys.path:
        sys.path.append(folder)
    try:
        return Config.fromfile(str(file),
                               import_custom_modules=import_modules)
    except (InputError, VersionError):
        raise
    except ImportError as error:
        cause = error.__cause__ or error.__context__ or error
        raise InputError(
            file, f'custom_imports that cannot be imported ({cause})',
            f'modules in {folder}, on PYTHONPATH, or installed',
            'put the module beside the config, or set PYTHONPATH') from None
    except Exception as error:  # a config is Python and may raise anything
        reason = f'{type(error).__name__}: {error}'
        raise InputError(
            file, f'a config that cannot be read ({reason})',
            'a config of mmengine', 'correct the file, or its _base_'
        ) from error
