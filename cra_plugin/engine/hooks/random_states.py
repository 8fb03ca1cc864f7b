"""Store and restore the random states of a process."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import torch


def random_states() -> dict[str, Any]:
    """Collect the random states of this process.

    Returns:
        dict[str, Any]: Of ``torch``, ``cuda`` (the current device), ``numpy``
        and ``python``, in what ``torch.load`` takes with ``weights_only``.
    """
    numpy: Any = np.random.get_state(legacy=True)
    kind, keys, *rest = numpy
    states = {
        'torch': torch.get_rng_state(),
        'numpy': (str(kind), torch.from_numpy(keys.astype(np.int64)),
                  *(float(each) for each in rest)),
        'python': random.getstate(),
    }
    if torch.cuda.is_available():
        states['cuda'] = torch.cuda.get_rng_state()
    return states


def set_random_states(states: dict[str, Any]) -> None:
    """Put this process in the states of another one.

    Args:
        states (dict[str, Any]): Of :func:`random_states`.
    """
    torch.set_rng_state(states['torch'].cpu())
    np.random.set_state(_numpy_state(states))
    random.setstate(_python_state(states))
    if 'cuda' in states and torch.cuda.is_available():
        torch.cuda.set_rng_state(states['cuda'].cpu())


def check_random_states(states: dict[str, Any]) -> None:
    """Try random states on generators of their own.

    Args:
        states (dict[str, Any]): What should be of :func:`random_states`.

    Raises:
        Exception: Of any kind, if it is not.
    """
    torch.Generator().set_state(states['torch'].cpu())
    np.random.RandomState().set_state(_numpy_state(states))
    random.Random().setstate(_python_state(states))
    if 'cuda' in states and torch.cuda.is_available():
        torch.Generator('cuda').set_state(states['cuda'].cpu())


def _numpy_state(states: dict[str, Any]) -> Any:
    """The state of NumPy's generator, as NumPy takes it."""
    kind, keys, position, has_gauss, gauss = states['numpy']
    return (kind, keys.cpu().numpy().astype(np.uint32), int(position),
            int(has_gauss), gauss)


def _python_state(states: dict[str, Any]) -> Any:
    """The state of Python's generator, as Python takes it."""
    version, numbers, gauss = states['python']
    return version, tuple(numbers), gauss
