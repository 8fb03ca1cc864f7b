"""Python processes that find torch imported, which takes seconds of CPU.

A server imports third-party packages once per pytest worker and forks itself
for each process. Nothing of ours is in it, nor of mmaction2 and mmcv: every
process imports those afresh, by its own path. What all forks share is the
seed of hashes, so where two processes must write the same bytes, one of them
is a fresh interpreter (``tests.tool_process``). So is one run of each tool.
"""

import multiprocessing
import os
import runpy
import subprocess
import sys
from multiprocessing import forkserver
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

import numpy as np

from tests.helpers.plain_configs import write_plainly

REPOSITORY = Path(__file__).resolve().parents[2]
CONTEXT = multiprocessing.get_context('forkserver')
CONTEXT.set_forkserver_preload([
    'mmengine.runner', 'transformers.models.roberta.modeling_roberta',
    'transformers.models.deberta_v2.modeling_deberta_v2',
    'transformers.convert_slow_tokenizer', 'stanza', 'sklearn.cluster',
    'h5py', 'av', 'matplotlib.figure', 'matplotlib.backends.backend_agg',
    'pytest', 'tests.helpers.spared_garbage'])


def start_server():
    """Let the server import its packages, if it has not."""
    # Nothing is fetched: this one is read while packages are imported.
    with mock.patch.dict(os.environ, HF_HUB_OFFLINE='1'):
        forkserver.ensure_running()


def start_python(*arguments, cwd=None, output=os.devnull, errors=os.devnull,
                 **environment):
    """Start ``python ARGUMENTS``, a script, ``-c CODE`` or ``-m MODULE``."""
    start_server()
    process = CONTEXT.Process(target=_run, args=(
        list(map(str, arguments)), str(cwd or os.getcwd()),
        os.environ | environment, str(output), str(errors)))
    process.start()
    return process


def run_python(*arguments, cwd=None, timeout=600, **environment):
    """Run it as :func:`subprocess.run` does that captures text."""
    with TemporaryDirectory() as folder:
        output, errors = (Path(folder, name) for name in ('output', 'errors'))
        process = start_python(*arguments, cwd=cwd, output=output,
                               errors=errors, **environment)
        process.join(timeout)
        if process.is_alive():
            process.kill()
            process.join()
            raise subprocess.TimeoutExpired(arguments, timeout)
        return subprocess.CompletedProcess(
            arguments, process.exitcode, output.read_text(),
            errors.read_text())


def fork_tool(name, *arguments, cwd=None, **environment):
    """Run a tool as ``tests.tool_process.run_tool`` does, but forked."""
    return run_python(REPOSITORY / 'tools' / name, *arguments, cwd=cwd,
                      **environment)


def _run(arguments, cwd, environment, output, errors):
    """Do in a fork what the interpreter does with its command line."""
    for descriptor, path in ((1, output), (2, errors)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT), descriptor)
    # As everywhere else, no two processes draw the same numbers unseeded.
    np.random.seed()
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(cwd)
    sys.path[:0] = filter(None, environment.get('PYTHONPATH', '').split(':'))
    write_plainly()
    first, *rest = arguments
    if first == '-c':
        sys.argv = [first, *rest[1:]]
        exec(compile(rest[0], '<string>', 'exec'), {'__name__': '__main__'})
    elif first == '-m':
        sys.argv = rest
        runpy.run_module(rest[0], run_name='__main__', alter_sys=True)
    else:
        sys.argv = arguments
        sys.path.insert(0, str(Path(first).parent))
        runpy.run_path(first, run_name='__main__')
