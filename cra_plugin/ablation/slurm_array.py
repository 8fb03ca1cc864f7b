"""An sbatch file that does the runs of an ablation as an array."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from cra_plugin.errors import InputError
from cra_plugin.utils.files import atomic_path

FILE = 'ablate.sbatch'
# What is ours to say.
_OWN = ('array', 'chdir', 'output')


def write_array(out: str, indices: Sequence[int], jobs: int,
                options: Mapping[str, str]) -> Path:
    """Write the file.

    Args:
        out (str): Folder of the ablation.
        indices (Sequence[int]): Which runs, ascending.
        jobs (int): How many run at a time; 0 as many as Slurm allows.
        options (Mapping[str, str]): Options of sbatch, such as
            ``partition``, without their dashes.

    Returns:
        Path: The file, in ``out``.

    Raises:
        InputError: If there is no run, or an option is ours to set.
    """
    if not indices:
        raise InputError(out, 'no run that is not finished', 'one or more',
                         'print the table with --table')
    for name in options:
        if name in _OWN:
            raise InputError(f'--slurm {name}', 'an option that the file '
                             'sets itself', 'other options of sbatch',
                             'leave it out; --jobs limits how many run')
    array = ','.join(map(str, indices)) + (f'%{jobs}' if jobs else '')
    settings = {'job-name': 'ablate', **options, 'array': array,
                'chdir': str(Path.cwd()),
                'output': str(Path(out).resolve() / 'slurm_%a.log')}
    command = shlex.join([sys.executable, '-m', 'cra_plugin', 'ablate',
                          '--out', out, '--only'])
    lines = ['#!/usr/bin/env bash',
             *(f'#SBATCH --{name}={value}'
               for name, value in settings.items()),
             'set -euo pipefail',
             f'exec {command} "$SLURM_ARRAY_TASK_ID"']
    path = Path(out) / FILE
    with atomic_path(path) as temporary:
        temporary.write_text('\n'.join(lines) + '\n', encoding='utf-8')
    return path
