"""The fields in which two configs differ, and how to flip one of them."""

import copy

from mmengine.config import Config

from cra_plugin.registry import TASK_UTILS

ROOMS = ('model', 'optim_wrapper', 'default_hooks', 'train_dataloader',
         'val_dataloader', 'test_dataloader')
ABSENT = 'left to its default'
WITH_PRESETS = ('cra_plugin.WindowSpan', 'cra_plugin.AdaptiveSpan')


def fields(value, path=()):
    """Path to value of every field, down through lists and presets."""
    if isinstance(value, dict) and value.get('type') in WITH_PRESETS:
        items = vars(TASK_UTILS.build(value)).items()
    elif isinstance(value, dict):
        items = value.items()
    elif isinstance(value, (list, tuple)) and any(
            isinstance(each, dict) for each in value):
        items = enumerate(value)
    else:
        return {path: value}
    return {key: leaf for name, each in items
            for key, leaf in fields(each, (*path, name)).items()}


def flips(first, second):
    """Path to the value in ``second`` of every field that differs."""
    one, other = (
        fields({room: config.to_dict()[room] for room in ROOMS})
        for config in (first, second))
    return {path: other.get(path, ABSENT)
            for path in one | other
            if one.get(path, ABSENT) != other.get(path, ABSENT)}


def flip(config, path, value):
    """A copy of ``config`` with one field changed or left to its default."""
    content = copy.deepcopy(config.to_dict())
    part = content
    for name in path[:-1]:
        part = part.setdefault(name, {}) if isinstance(
            part, dict) else part[name]
    if value is ABSENT:
        part.pop(path[-1], None)
    else:
        part[path[-1]] = value
    return Config(content)
