"""Compare the config of a checkpoint with the one at hand."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import Any

from mmengine.config import Config

from cra_plugin.utils.first_few import first_few

# Longer texts are none of a config.
MOST_CHARACTERS = 10**6
_ABSENT = object()
_NAMES = {'inf': float('inf'), 'nan': float('nan')}


def config_differences(text: Any, config: Config,
                       parts: Sequence[str]) -> dict[str, str]:
    """Compare the config in a checkpoint with the config of a run.

    The text is parsed and never run.

    Args:
        text (Any): ``meta.cfg`` of a checkpoint, Python as
            ``Config.pretty_text`` gives it; anything else has no fields.
        config (Config): The config of the run.
        parts (Sequence[str]): Top-level fields to compare.

    Returns:
        dict[str, str]: Dotted name of a field that differs to what it is in
        the checkpoint and here. Empty where the text has no config.
    """
    before, here = parse_config(text), config.to_dict()
    if not before:
        return {}
    return {
        name: f'{describe_field(old)} in the checkpoint, '
        f'{describe_field(new)} here'
        for part in parts
        for name, old, new in differing_fields(
            before.get(part, _ABSENT), here.get(part, _ABSENT), part)
    }


def stored_config(checkpoint: Any) -> Any:
    """Give the text of the config that a checkpoint was trained with.

    Args:
        checkpoint (Any): What was read.

    Returns:
        Any: Entry ``meta.cfg``; None where there is none.
    """
    meta = checkpoint.get('meta') if isinstance(checkpoint, dict) else None
    return meta.get('cfg') if isinstance(meta, dict) else None


def in_words(differences: dict[str, str], most: int = 5) -> str:
    """List the first few differences.

    Args:
        differences (dict[str, str]): Of :func:`config_differences`.
        most (int): How many. Defaults to 5.

    Returns:
        str: One line; '' if there are none.
    """
    return first_few([f'{name}: {what}' for name, what in differences.items()],
                     most, '; ')


def parse_config(text: Any) -> dict[str, Any]:
    """Read the assignments of a config without running it.

    Args:
        text (Any): The Python text.

    Returns:
        dict[str, Any]: Name to value; empty where it cannot be read.
    """
    if not isinstance(text, str) or len(text) > MOST_CHARACTERS:
        return {}
    try:
        return {
            line.targets[0].id: _literal(line.value)
            for line in ast.parse(text).body
            if isinstance(line, ast.Assign)
            and isinstance(line.targets[0], ast.Name)
        }
    # Of texts that are no Python, nested too deeply, or too long numbers.
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}


def _literal(node: ast.expr) -> Any:
    """The value of literals, of ``dict(...)`` and of containers of them."""
    if isinstance(node, ast.Call):
        # dict(...), where keys are no names dict({...}) too.
        parts = {each.arg: _literal(each.value) for each in node.keywords}
        for each in map(_literal, node.args):
            parts.update(each if isinstance(each, dict) else {})
        return parts
    if isinstance(node, ast.Dict):
        return {
            str(_literal(key)) if key else '**': _literal(value)
            for key, value in zip(node.keys, node.values)
        }
    if isinstance(node, (ast.List, ast.Tuple)):
        return [_literal(each) for each in node.elts]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        value = _literal(node.operand)
        return -value if isinstance(value, (int, float)) else None
    if isinstance(node, ast.Name) and node.id in _NAMES:
        return _NAMES[node.id]
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError):
        return ast.unparse(node)


def differing_fields(old: Any, new: Any,
                     name: str) -> Iterator[tuple[str, Any, Any]]:
    """Compare two values of a config, through all that they contain.

    Args:
        old (Any): A value.
        new (Any): Another one.
        name (str): Its dotted name.

    Yields:
        tuple[str, Any, Any]: Name and both values of each of the outermost
        fields that differ.
    """
    old, new = (dict(enumerate(each)) if isinstance(each, (list, tuple))
                else each for each in (old, new))
    if isinstance(old, dict) and isinstance(new, dict):
        for key in dict.fromkeys([*old, *new]):
            yield from differing_fields(
                old.get(key, _ABSENT), new.get(key, _ABSENT),
                f'{name}.{key}' if name else str(key))
    elif old != new:
        yield name, old, new


def describe_field(value: Any) -> str:
    """Name a value of a config in a message.

    Args:
        value (Any): Of :func:`differing_fields`.

    Returns:
        str: A few words.
    """
    if isinstance(value, dict):
        return str(value.get('type', 'set'))
    return 'not set' if value is _ABSENT else repr(value)[:80]
