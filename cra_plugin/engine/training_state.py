"""Check that optimizer and schedules fit what a checkpoint holds."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator
from numbers import Real
from typing import Any

import torch
from torch import Tensor
from torch.optim import Optimizer

from cra_plugin.engine.resumed_epoch import counters

# Of one parameter, in its shape.
_MOMENTS = ('exp_avg', 'exp_avg_sq', 'max_exp_avg_sq', 'momentum_buffer',
            'square_avg', 'sum', 'acc_delta', 'grad_avg', 'exp_inf')


class StateError(Exception):
    """The state of an optimizer or a schedule is of another one."""


def alike(found: Any, expected: Any) -> bool:
    """Whether a value could stand for another: same kinds, same lengths.

    Args:
        found (Any): A value of a checkpoint.
        expected (Any): The value that the run has there.

    Returns:
        bool: Whether it is of the same kind. Numbers are finite.
    """
    if expected is None or isinstance(expected, bool):
        # Such as foreach, which torch chooses where it is None.
        return found is None or isinstance(found, (bool, Real))
    if isinstance(expected, Real):
        return (isinstance(found, Real) and not isinstance(found, bool)
                and (math.isfinite(found) or not math.isfinite(expected)))
    if isinstance(expected, (list, tuple)):
        return (isinstance(found, (list, tuple))
                and len(found) == len(expected)
                and all(map(alike, found, expected)))
    if isinstance(expected, Tensor):
        return isinstance(found, (Tensor, Real))
    return isinstance(found, type(expected))


def check_optimizer(wrapper: Any, state: Any, trained: bool) -> None:
    """Try the state of an optimizer on the optimizer of a run.

    It is loaded, and one step without gradients is made with one small
    parameter of each group.

    Args:
        wrapper (Any): The optimizer wrapper of the run.
        state (Any): Entry ``optimizer`` of the checkpoint.
        trained (bool): Whether it has made steps.

    Raises:
        StateError: If it is the state of another one.
        Exception: Of any kind, where the optimizer stumbles over it.
    """
    if not isinstance(state, dict):
        raise StateError(f'a {type(state).__name__}')
    optimizer: Any = getattr(wrapper, 'optimizer', None)
    known = type(optimizer).__module__.startswith('torch.optim')
    if known:
        _check_groups(optimizer, state.get('param_groups'))
        _check_moments(optimizer, state.get('state'))
    # Wrappers take entries out of it.
    wrapper.load_state_dict(dict(state))
    if known and _try_step(optimizer) and trained and not optimizer.state:
        raise StateError('no moments')


def _check_groups(optimizer: Optimizer, groups: Any) -> None:
    """Compare the groups of parameters and their settings."""
    if not isinstance(groups, list) or len(groups) != len(
            optimizer.param_groups):
        raise StateError('other groups of parameters')
    start = 0
    for group, mine in zip(groups, optimizer.param_groups):
        end = start + len(mine['params'])
        if not isinstance(group, dict) or group.get('params') != list(
                range(start, end)):
            raise StateError('other parameters')
        start = end
        known = mine.keys() | {'params'}
        missing = sorted(optimizer.defaults.keys() - group.keys())
        unknown = sorted(map(str, group.keys() - known))
        # Versions of torch differ in one of them.
        if missing and unknown:
            raise StateError('the state of another kind of optimizer, with '
                             f'{unknown[0]} and without {missing[0]}')
        for key in sorted(known & group.keys() - {'params'}):
            if not alike(group[key], mine[key]):
                raise StateError(f'{key}={group[key]!r}'[:80])


def _check_moments(optimizer: Optimizer, state: Any) -> None:
    """Compare the shapes of moments with those of the parameters."""
    if not isinstance(state, dict):
        raise StateError(f'a state that is a {type(state).__name__}')
    parameters = [
        parameter for group in optimizer.param_groups
        for parameter in group['params']]
    names = None
    for index, values in state.items():
        if not isinstance(index, int) or not 0 <= index < len(parameters):
            raise StateError(f'the state of a parameter {index!r}'[:80])
        if not isinstance(values, dict):
            raise StateError(f'no state of parameter {index}')
        names = names or values.keys()
        if names != values.keys():
            raise StateError(f'another state of parameter {index}')
        for name, value in values.items():
            if isinstance(value, (str, bytes)) or (
                    name in _MOMENTS and value is not None and
                    (not isinstance(value, Tensor)
                     or value.shape != parameters[index].shape)):
                raise StateError(f'a wrong {name} of parameter {index}')


def _try_step(optimizer: Optimizer) -> bool:
    """Make a step of a copy whose groups have one small parameter each.

    Gives whether that left a state.
    """
    trial: Any = copy.copy(optimizer)
    trial.param_groups, trial.state = [], copy.copy(optimizer.state)
    trial.state.clear()
    for group in optimizer.param_groups:
        parameter = min(group['params'], key=Tensor.numel, default=None)
        if parameter is None:
            continue
        twin = parameter.detach().clone().requires_grad_()
        twin.grad = torch.zeros_like(twin)
        trial.param_groups.append(group | {'params': [twin]})
        if parameter in optimizer.state:
            trial.state[twin] = copy.deepcopy(optimizer.state[parameter])
    if trial.param_groups:
        trial.step(lambda: torch.zeros(()))
    return bool(trial.state)


def check_schedules(schedules: Any, states: Any) -> None:
    """Try the states of schedules on the schedules of a run.

    Args:
        schedules (Any): The schedules of the run.
        states (Any): Entry ``param_schedulers`` of the checkpoint.

    Raises:
        StateError: If one is the state of another kind of schedule.
        Exception: Of any kind, where a schedule stumbles over it.
    """
    for mine, theirs in _pairs(schedules, states):
        for state, schedule in zip(theirs, mine):
            fresh = schedule.state_dict()
            if not isinstance(state, dict) or state.keys() != fresh.keys():
                raise StateError('the state of another kind of schedule')
            for key, value in fresh.items():
                if not alike(state[key], value):
                    raise StateError(f'{key}={state[key]!r}'[:80])
            if not getattr(schedule, 'need_val_args', False):
                trial = copy.copy(schedule)
                trial.load_state_dict(state)
                trial.last_step += 1
                trial._get_value()


def add_schedules(schedules: Any, states: Any, epoch: int,
                  iteration: int) -> None:
    """Put schedules that a checkpoint lacks where they would be.

    A run of more epochs may have more of them.

    Args:
        schedules (Any): The schedules of the run.
        states (Any): Entry ``param_schedulers`` of the checkpoint, changed in
            place.
        epoch (int): Epochs that are done.
        iteration (int): Iterations that are done.
    """
    for mine, theirs in _pairs(schedules, states):
        for schedule in mine[len(theirs):]:
            theirs.append(schedule.state_dict() | counters(
                schedule, epoch if schedule.by_epoch else iteration))


def _pairs(schedules: Any, states: Any) -> Iterator[
        tuple[list[Any], list[Any]]]:
    """Pair lists of schedules with lists of states, by optimizer if many."""
    if isinstance(schedules, dict) != isinstance(states, dict):
        raise StateError(f'a {type(states).__name__} of schedules')
    for name in schedules if isinstance(schedules, dict) else [None]:
        mine = schedules if name is None else schedules[name]
        theirs = states if name is None else states.get(name)
        if not isinstance(theirs, list):
            raise StateError(f'a {type(theirs).__name__} of schedules')
        yield mine, theirs
