"""Objects that are built on trial, for what only their classes refuse."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from mmengine import registry as roots
from mmengine.registry import Registry
from torch import nn
from torch.optim import SGD, Optimizer
from torch.utils.data import DataLoader

from cra_plugin.errors import InputError, describe

# What constructors raise at bad values.
REFUSALS = (ValueError, TypeError, AssertionError, KeyError, IndexError,
            AttributeError, ArithmeticError)
# Whoever wrote a class of another package may do anything in it.
_KNOWN = ('cra_plugin.', 'mmengine.', 'mmaction.', 'mmcv.', 'torch.')
# The loader reads them, or they are checked as objects of their own.
_NOT_OF_A_LOADER = ('type', 'dataset', 'sampler', 'batch_sampler',
                    'collate_fn', 'worker_init_fn', 'num_batch_per_epoch',
                    '_scope_')
# A tokenizer is read, and files are opened.
_COSTLY = {'tokenizer', 'io_backend'}
# What is read beside its arguments.
NOT_OF_AN_INITIALIZER = ('override', 'name')
# What the runner reads or fills in.
_NOT_OF_A_SCHEDULE = ('convert_to_iter_based', 'begin', 'end')


def trial_faults(where: str, registered: Any, described: Mapping[str, Any],
                 registry: Registry) -> Iterator[InputError]:
    """Build an object that costs nothing, and find what is refused.

    Args:
        where (str): The field of the config that describes it.
        registered (Any): Its class or function.
        described (Mapping[str, Any]): The description.
        registry (Registry): mmengine's registry of its kind.

    Yields:
        InputError: If it cannot be built, naming the field that is at fault
            where leaving one out lets it be built.
    """
    if not getattr(registered, '__module__', '').startswith(_KNOWN):
        return
    given = {name: value for name, value in described.items()
             if name not in ('type', '_scope_')}
    if registry is roots.OPTIMIZERS:
        yield from attempt(where, registered, given,
                            lambda: {'params': _parameters()},
                            refusals=(*REFUSALS, RuntimeError))
    elif registry is roots.PARAM_SCHEDULERS:
        given = {name: value for name, value in given.items()
                 if name not in _NOT_OF_A_SCHEDULE}
        yield from attempt(where, registered, given,
                            lambda: {'optimizer': _optimizer(), 'end': 9})
    elif registry is roots.DATA_SAMPLERS and 'batch_sampler' not in where:
        yield from attempt(where, registered, given,
                            lambda: {'dataset': range(8)})
    elif registry is roots.WEIGHT_INITIALIZERS:
        given = {name: value for name, value in given.items()
                 if name not in NOT_OF_AN_INITIALIZER}
        yield from attempt(where, registered, given, dict, _initialize)
    elif (registry in (roots.HOOKS, roots.LOG_PROCESSORS, roots.TRANSFORMS)
          or '.span_decoders.' in where) and _is_cheap(registered, given):
        given.pop('priority', None)
        yield from attempt(where, registered, given, dict)


def loader_faults(where: str,
                  loader: Mapping[str, Any]) -> Iterator[InputError]:
    """Build a data loader over nothing.

    Args:
        where (str): Its section.
        loader (Mapping[str, Any]): The section.

    Yields:
        InputError: If torch refuses a field.
    """
    given = {name: value for name, value in loader.items()
             if name not in _NOT_OF_A_LOADER}
    yield from attempt(where, DataLoader, given,
                        lambda: {'dataset': range(8)})


def attempt(where: str, registered: Any, given: Mapping[str, Any],
            more: Callable[[], dict[str, Any]],
            use: Callable[[Any], None] | None = None,
            refusals: tuple[type[Exception], ...] = REFUSALS
            ) -> Iterator[InputError]:
    """Build an object; where that fails, without each field in turn.

    Args:
        where (str): The field of the config that describes it.
        registered (Any): Its class or function.
        given (Mapping[str, Any]): Its arguments as far as a config has them.
        more (Callable[[], dict[str, Any]]): Gives the others.
        use (Callable[[Any], None], optional): What is done with the object.
            Defaults to None.
        refusals (tuple[type[Exception], ...]): What says that an argument
            is at fault. Defaults to what constructors raise at bad values.

    Yields:
        InputError: If it is refused, naming the field that is at fault.
    """

    def refusal(arguments: Mapping[str, Any]) -> Exception | None:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter('ignore')
                built = registered(**more(), **arguments)
                if use is not None:
                    use(built)
        except refusals as error:
            return error
        except Exception:  # it lacks something that a trial does not have
            return None
        return None

    error = refusal(given)
    if error is None:
        return
    culprits = [name for name in given if refusal(
        {key: value for key, value in given.items() if key != name}) is None]
    # Of several that have to fit together, the one that is complained of.
    culprits.sort(key=lambda name: str(given[name]) not in str(error))
    name = registered.__name__
    if isinstance(error, InputError):
        yield InputError(str(error).replace(f'{name}.', f'{where}.'))
    elif culprits:
        field = culprits[0]
        yield InputError(f'{where}.{field}', describe(given[field]),
                         f'what {name} takes ({_reason(error)})',
                         'correct the value')
    else:
        yield InputError(where, f'what {name} refuses ({_reason(error)})',
                         'arguments that it takes', 'correct them')


def _is_cheap(registered: Any, given: Mapping[str, Any]) -> bool:
    """Whether it reads no file, starts nothing and builds nothing else."""
    if _COSTLY & inspect.signature(registered).parameters.keys():
        return False
    plain = [each for value in given.values()
             for each in (value if isinstance(value, list) else [value])]
    return 'isualiz' not in registered.__name__ and not any(
        isinstance(each, (Mapping, list)) for each in plain)


def _initialize(initializer: Any) -> None:
    """Use it on a layer, but for weights that are read."""
    if not hasattr(initializer, 'checkpoint'):
        initializer.wholemodule = True
        initializer(nn.Linear(2, 2))


def _parameters() -> list[nn.Parameter]:
    return list(nn.Linear(1, 1).parameters())


def _optimizer() -> Optimizer:
    return SGD(_parameters(), lr=0.1)


def _reason(error: Exception) -> str:
    return ' '.join(str(error).split())[:200] or type(error).__name__
