"""Read a config and options, and complete it to one that runs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mmengine.config import Config, ConfigDict

from cra_plugin.compat.versions import VersionError
from cra_plugin.datasets.unwrap import unwrap_datasets
from cra_plugin.engine.config_options import merge_options
from cra_plugin.engine.run_outputs import keep_local_scalars, order_decoders
from cra_plugin.errors import InputError

# Hooks that mmengine adds by itself, so that None has to stay to say no.
MMENGINE_HOOKS = ('runtime_info', 'timer', 'sampler_seed', 'logger',
                  'param_scheduler', 'checkpoint')


def load_config(file: str | Path,
                options: dict[str, Any] | None = None,
                work_dir: str | None = None) -> Config:
    """Read a config, apply options and fill in what follows from the rest.

    - A dataset without ``data_root`` takes the config's own ``data_root``.
    - ``TokenizeText`` without a tokenizer takes the text encoder's.
    - A hook of ``default_hooks`` that is None is left out.
    - The local files of scalars are kept beside other ``vis_backends``.
    - Metrics show the decoders in the config's order.
    - A parameter schedule without an end runs to the last epoch, and one
      that would begin after it is left out.

    Args:
        file (str | Path): The config file.
        options (dict, optional): ``--cfg-options``. Defaults to None.
        work_dir (str, optional): Where results go. Defaults to None: the
            config's, or ``work_dirs/<name of the config>``.

    Returns:
        Config: Ready for mmengine's runner.

    Raises:
        InputError: If there is no such file or it cannot be read.
    """
    config = read_config(file)
    faults = _merge_each(config, options or {})
    default = str(Path('work_dirs') / Path(file).stem)
    config.work_dir = work_dir or config.get('work_dir') or default
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


def read_config(file: str | Path,
                options: dict[str, Any] | None = None) -> Config:
    """Read a config and apply options.

    Args:
        file (str | Path): The config file.
        options (dict, optional): ``--cfg-options``. Defaults to None.

    Returns:
        Config: As it is written.

    Raises:
        InputError: If there is no such file, or an option names no field of
            it.
    """
    if not Path(file).is_file():
        raise InputError(file, 'no such file', 'a config file',
                         'see the folder configs/')
    config = _parse(Path(file))
    if options:
        merge_options(config, options)
    return config


def _parse(file: Path) -> Config:
    """Read a config; modules of its ``custom_imports`` may lie beside it."""
    folder = str(file.resolve().parent)
    if folder not in sys.path:
        sys.path.append(folder)
    try:
        return Config.fromfile(str(file))
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


def complete_config(config: Config) -> None:
    """Fill in, in place, what follows from other fields.

    Args:
        config (Config): A merged config.

    Raises:
        InputError: If the text encoder names no tokenizer but one is needed.
    """
    for dataset in _datasets(config):
        if config.get('data_root') and not dataset.get('data_root'):
            dataset.data_root = config.data_root
        for transform in dataset.get('pipeline', ()):
            if transform.type == 'cra_plugin.TokenizeText':
                _complete_tokenizer(transform, config)
            elif transform.type == 'cra_plugin.TokenizePrompts':
                transform.setdefault('model', config.model.text_encoder.model)
    _drop_hooks(config)
    keep_local_scalars(config)
    order_decoders(config)
    epochs = (config.get('train_cfg') or {}).get('max_epochs')
    schedule = config.get('param_scheduler') or []
    schedule = schedule if isinstance(schedule, list) else [schedule]
    for each in schedule:
        if each.get('by_epoch', True):
            each.setdefault('end', epochs)
    # mmengine refuses a schedule that begins when training is over.
    config.param_scheduler = [
        each for each in schedule
        if each.get('end') is None or each.get('begin', 0) < each.end
    ] or None


def _drop_hooks(config: Config) -> None:
    """Leave out hooks of ours that are set to None, as mmengine's are."""
    for name, hook in list((config.get('default_hooks') or {}).items()):
        if hook is None and name not in MMENGINE_HOOKS:
            del config.default_hooks[name]


def _datasets(config: Config) -> Iterator[ConfigDict]:
    """The datasets of all loops, looking through wrappers."""
    for split in ('train', 'val', 'test'):
        loader = config.get(f'{split}_dataloader')
        if loader:
            yield from unwrap_datasets(loader.dataset)


def _complete_tokenizer(transform: ConfigDict, config: Config) -> None:
    """Give the transform the tokenizer of the text encoder."""
    if transform.get('tokenizer'):
        return
    encoder = config.model.text_encoder
    transform.tokenizer = encoder.get('tokenizer') or encoder.get('name')
    if not transform.tokenizer:
        raise InputError(
            'model.text_encoder', 'neither name nor tokenizer',
            'the tokenizer of the text encoder',
            'set --cfg-options model.text_encoder.tokenizer=NAME_OR_FOLDER')
