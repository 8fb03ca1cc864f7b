"""Describe what figures were measured on: processor and versions."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from cra_plugin.version import __version__

PACKAGES = ('torch', 'transformers', 'mmengine', 'mmaction2')
_PROCESSORS = Path('/proc/cpuinfo')


def describe_machine() -> str:
    """Describe processor and versions, without names of hosts or paths.

    Returns:
        str: Such as ``'AMD EPYC, 2 cores; Python 3.11.7, torch 2.14.1'``.
    """
    versions = [f'Python {platform.python_version()}']
    for name in PACKAGES:
        try:
            versions.append(f'{name} {version(name).split("+")[0]}')
        except PackageNotFoundError:
            continue
    return (f'{_processor()}, {num_processors()} cores; '
            f'{", ".join(versions)}, cra_plugin {__version__}')


def num_processors() -> int:
    """Count the processors that this process may use.

    Returns:
        int: One or more.
    """
    if hasattr(os, 'sched_getaffinity'):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def processor_vendor() -> str:
    """Tell who made the processor.

    Returns:
        str: Such as ``'AuthenticAMD'``; empty where Linux does not tell.
    """
    return _told('vendor_id')


def _processor() -> str:
    """The model of the processor; its architecture where none is told."""
    return (_told('model name') or platform.processor()
            or platform.machine())


def _told(field: str) -> str:
    """What Linux says of the first processor."""
    if _PROCESSORS.is_file():
        for line in _PROCESSORS.read_text(errors='replace').splitlines():
            name, _, value = line.partition(':')
            if name.strip() == field and value.strip():
                return ' '.join(value.split())
    return ''
