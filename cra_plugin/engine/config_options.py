"""Merge ``--cfg-options`` into a config, or say why it cannot be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mmengine.config import Config

from cra_plugin.engine.option_text import OptionText, read_option
from cra_plugin.errors import InputError
from cra_plugin.utils.nearest_name import list_names, nearest_name

# What mmengine's runner reads, and what mmengine and our tools read beside.
RUNNER_KEYS = (
    'model', 'work_dir', 'train_dataloader', 'val_dataloader',
    'test_dataloader', 'train_cfg', 'val_cfg', 'test_cfg', 'auto_scale_lr',
    'optim_wrapper', 'param_scheduler', 'val_evaluator', 'test_evaluator',
    'default_hooks', 'custom_hooks', 'data_preprocessor', 'load_from',
    'resume', 'launcher', 'env_cfg', 'log_processor', 'log_level',
    'visualizer', 'default_scope', 'randomness', 'experiment_name')
OTHER_KEYS = (
    'compile', 'custom_imports', 'data_root', 'efficient_conv_bn_eval',
    'find_unused_parameters', 'model_wrapper_cfg', 'runner_type', 'sync_bn')


def merge_options(config: Config, options: Mapping[str, Any]) -> None:
    """Change the settings that options name.

    Args:
        config (Config): A config as its file says it, changed in place.
        options (Mapping[str, Any]): Dotted field to value; an
            :class:`~cra_plugin.engine.option_text.OptionText` gets its type
            from the value that is there.

    Raises:
        InputError: If a section is unknown, or a field cannot be there.
    """
    values = typed_options(config, options)
    try:
        config.merge_from_dict(values)
    except (AttributeError, TypeError, KeyError) as error:
        raise InputError(
            f'--cfg-options {", ".join(values)}', 'a value in the place of '
            f'a dict ({error})', 'options that fit the config',
            'set the fields of that dict one by one') from error


def typed_options(config: Config,
                  options: Mapping[str, Any]) -> dict[str, Any]:
    """Give options the types that they have in a config.

    Args:
        config (Config): A config as its file says it.
        options (Mapping[str, Any]): As for :func:`merge_options`.

    Returns:
        dict[str, Any]: Dotted field to value.

    Raises:
        InputError: As :func:`merge_options`.
    """
    _check_sections(config, options)
    values = {field: _typed(config, field, value)
              for field, value in options.items()}
    for field, value in values.items():
        if value is None and isinstance(options[field], OptionText):
            _check_left_out(config, field)
    for field in values:
        for other in values:
            # Programs may switch a section off in options that they share.
            if (other.startswith(f'{field}.')
                    and isinstance(options[field], OptionText)
                    and not isinstance(values[field], dict)):
                raise _nothing_below(other, field, values[field])
    return values


def _check_sections(config: Config, options: Mapping[str, Any]) -> None:
    """Refuse fields of sections that nothing reads, all in one line."""
    known = dict.fromkeys([*config, *RUNNER_KEYS, *OTHER_KEYS])
    sections = dict.fromkeys(field.split('.')[0] for field in options)
    unknown = [name for name in sections if name not in known]
    if 'custom_imports' in sections:
        raise InputError(
            '--cfg-options custom_imports', 'an option', 'the imports in the '
            'config file: options come when they are done',
            'inherit the config in a file of yours that sets custom_imports')
    if str(options.get('launcher', 'none')) != 'none':
        raise InputError(
            '--cfg-options launcher', f'{options["launcher"]}', 'the option '
            '--launcher, which is what the tools read',
            'leave it out, and name the launcher by --launcher')
    if not unknown:
        return
    nearest = [nearest_name(name, known) for name in unknown]
    meant = ', '.join(name for name in nearest if name)
    raise InputError(
        f'--cfg-options {", ".join(unknown)}',
        'a section that neither the config nor mmengine has',
        'a field of the config, such as model.d_model',
        f'did you mean {meant}?' if meant else 'leave it out')


def _check_left_out(config: Config, field: str) -> None:
    """Refuse to leave out a hook that is not there, but another one is."""
    section, _, name = field.partition('.')
    hooks = config.get(section)
    if section != 'default_hooks' or not isinstance(
            hooks, Mapping) or not name or name in hooks:
        return
    near = nearest_name(name, hooks)
    if near is not None:
        raise InputError(
            f'--cfg-options {field}', 'a hook that the config does not have',
            f'one of {list_names(hooks)}', f'did you mean {near}?')


def _typed(config: Config, field: str, value: Any) -> Any:
    """Give the value of an option, after a check of the way to its field."""
    current: Any = config
    parts = field.split('.')
    for depth, part in enumerate(parts):
        above = '.'.join(parts[:depth])
        if isinstance(current, (list, tuple)):
            current = current[_index(field, above, part, len(current))]
        elif isinstance(current, (Config, Mapping)):
            if part not in current:
                current = None
                break
            current = current[part]
        else:
            raise _nothing_below(field, above, current)
    return read_option(field, value, current) if isinstance(
        value, OptionText) else value


def _index(field: str, above: str, part: str, length: int) -> int:
    """Read the place of a list that a field names."""
    if not part.isdigit() or int(part) >= length:
        raise InputError(
            f'--cfg-options {field}', f'{part!r} below {above}, a list of '
            f'{length}', f'a number from 0 to {length - 1}',
            f'write {above}.0 for its first')
    return int(part)


def _nothing_below(field: str, above: str, value: Any) -> InputError:
    """Say that a value has no fields."""
    return InputError(
        f'--cfg-options {field}', f'a field of {above}, which is '
        f'{str(value)[:80]!r}' if value is not None else
        f'a field of {above}, which is None', 'a dict there',
        f'leave out one of the two, or name another field than {above}')
