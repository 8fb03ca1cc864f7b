"""Train and test the variants of a config with several seeds."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from signal import Signals
from typing import Any

from mmengine.config import Config

from cra_plugin.ablation.parent_process import VARIABLE
from cra_plugin.ablation.plan import Plan, Run, TestSet
from cra_plugin.ablation.process_queue import Job, run_jobs
from cra_plugin.ablation.results import gather_results
from cra_plugin.ablation.run_folder import (
    FINISHED,
    RunFolder,
    digest_settings,
)
from cra_plugin.apis.config import load_config, read_config
from cra_plugin.engine.config_check import check_config
from cra_plugin.engine.config_difference import (
    describe_field,
    differing_fields,
)
from cra_plugin.engine.config_options import typed_options
from cra_plugin.engine.missing_inputs import require_inputs, require_loop
from cra_plugin.engine.sole_run import sole_run
from cra_plugin.errors import InputError
from cra_plugin.utils.json_file import read_json_object, write_json
from cra_plugin.utils.own_files import refuse_foreign

FILE, KIND = 'ablation.json', 'ablation'
# Of a config, what concerns tests alone, or where results go.
_TESTS = ('test_dataloader', 'test_evaluator', 'test_cfg')
_PLACE = 'work_dir'

Settings = dict[str, Any]


def ablate(plan: Plan | None = None,
           out: str = 'work_dirs/ablation',
           jobs: int = 1,
           recompute: bool = False,
           tell: Callable[[str], None] = print) -> dict[str, Any]:
    """Do all runs of a plan that are not finished, and compare them.

    Each run is a process of its own. One that fails does not stop the others.

    Args:
        plan (Plan, optional): Variants, seeds and test sets. Defaults to
            None: those that are stored in the folder.
        out (str): Folder of the runs. Defaults to 'work_dirs/ablation'.
        jobs (int): Runs at a time. Defaults to 1.
        recompute (bool): Run again, from the start, what was run with other
            settings. Defaults to False.
        tell (Callable[[str], None]): Gets a line when a run starts and when
            it ends. Defaults to print.

    Returns:
        dict[str, Any]: As of
        :func:`~cra_plugin.ablation.results.gather_results`.

    Raises:
        InputError: If the plan does not fit, or the folder has runs with
            other settings.
    """
    with sole_run(out):
        if plan is not None:
            prepare(plan, out, recompute)
        runs, base = stored_runs(out)
        _do_runs(runs, out, jobs, tell)
    return gather_results(runs, out, base)


def prepare(plan: Plan, out: str, recompute: bool = False,
            write: bool = True) -> list[Run]:
    """Read all configs, look for all inputs, and make the folders of runs.

    Args:
        plan (Plan): The plan.
        out (str): Folder of the runs.
        recompute (bool): As for :func:`ablate`. Defaults to False.
        write (bool): Write down what the runs are of. Defaults to True.

    Returns:
        list[Run]: The runs, with the types of options and digests filled in.

    Raises:
        InputError: As :func:`ablate`.
    """
    refuse_foreign(Path(out, FILE), lambda path: read_json_object(path).get(
        'kind') == KIND)
    checked: dict[str, tuple[Run, Settings]] = {}
    runs = []
    for run in plan.runs():
        if run.variant not in checked:
            checked[run.variant] = _check(run)
        typed, settings = checked[run.variant]
        typed = replace(typed, seed=run.seed)
        runs.append(typed)
        _hold_against(RunFolder(out, typed), {**settings, 'seed': run.seed},
                      recompute, write)
    if write:
        write_json(Path(out, FILE), {
            'kind': KIND, 'base': plan.base,
            'runs': [run.to_json() for run in runs]}, 1)
    return runs


def stored_runs(out: str) -> tuple[list[Run], str]:
    """Give the runs that an earlier call prepared.

    Args:
        out (str): Folder of the runs.

    Returns:
        tuple[list[Run], str]: The runs, and the name of the base.

    Raises:
        InputError: If there are none.
    """
    path = Path(out, FILE)
    if not path.is_file():
        raise InputError(path, 'no such file', 'what an ablation wrote there',
                         'name a config or --plan, or the folder by --out')
    content = read_json_object(path)
    return [Run.from_json(each) for each in content['runs']], content['base']


def _do_runs(runs: Sequence[Run], out: str, jobs: int,
             tell: Callable[[str], None]) -> None:
    """Do what is not finished, each in a process."""
    folders = [RunFolder(out, run) for run in runs]
    command = [sys.executable, '-m', 'cra_plugin', 'ablate', '--out', out,
               '--only']
    left = [Job(index, [*command, str(index)], folder.log)
            for index, folder in enumerate(folders)
            if folder.state() != FINISHED]
    if len(left) < len(runs):
        tell(f'{len(runs) - len(left)} of {len(runs)} runs are finished')
    variables = {VARIABLE: str(os.getpid())}
    if jobs > 1:  # processes that share the cores
        threads = max(1, (os.cpu_count() or 1) // jobs)
        variables['OMP_NUM_THREADS'] = os.environ.get(
            'OMP_NUM_THREADS', str(threads))
    for index, status in run_jobs(left, jobs, **variables):
        folder = folders[index]
        word = 'started' if status is None else folder.state()
        if status and folder.failure() is None:
            folder.fail(_how_it_ended(status))
        if status:
            word = f'failed: {folder.failure()} (log: {folder.log})'
        tell(f'[{index + 1}/{len(runs)}] {folder.run}: {word}')


def _how_it_ended(status: int) -> str:
    """Say of a process without a message how it ended."""
    if status < 0:
        return f'its process was killed by {Signals(-status).name}'
    return f'its process ended with status {status}'


def _check(run: Run) -> tuple[Run, Settings]:
    """Read the configs of a variant; give options their types.

    Returns:
        tuple[Run, Settings]: The run, and the settings of its training.
    """
    try:
        config = read_config(run.config)
        options = _plain(typed_options(config, run.options))
        trained = load_config(run.config, options, _PLACE)
        check_config(trained)
        require_loop(trained, 'train')
        require_inputs(trained, ('train', 'val'))
        tests = tuple(_check_test(run, options, config, each)
                      for each in run.tests)
    except InputError as error:
        raise InputError(f'variant {run.variant}: {error.headline}',
                         details=error.details) from None
    return replace(run, options=options, tests=tests), _settings(
        trained, without=_TESTS)


def _check_test(run: Run, options: Settings, config: Config,
                test: TestSet) -> TestSet:
    """Do the same for a test of it."""
    own = _plain(typed_options(config, test.options))
    loaded = load_config(run.config, {**options, **own}, _PLACE)
    require_loop(loaded, test.split)
    if test.split == 'val':
        loaded.test_dataloader = loaded.val_dataloader
    require_inputs(loaded, ('test', ))
    settings = {**_settings(loaded), 'checkpoint': run.checkpoint}
    return replace(test, options=own, digest=digest_settings(settings))


def _settings(config: Config, without: Sequence[str] = ()) -> Settings:
    """All settings but where results go."""
    return _plain({name: value for name, value in config.to_dict().items()
                   if name not in (*without, _PLACE)})


def _plain(values: Mapping[str, Any]) -> Settings:
    """Values as JSON gives them back."""
    settings: Settings = json.loads(json.dumps(values, default=str))
    return settings


def _hold_against(folder: RunFolder, settings: Settings, recompute: bool,
                  write: bool) -> None:
    """Prepare a folder; refuse, or remove, a run with other settings."""
    found = folder.settings()
    if found is not None and found != settings and not recompute:
        name, old, new = next(differing_fields(found, settings, ''))
        raise InputError(
            folder.path, f'a run with {name}: {describe_field(old)} there, '
            f'{describe_field(new)} here', 'the same settings', 'name '
            'another --out, or run it again with --recompute')
    if not write or found == settings:
        return
    if found is not None:
        folder.remove()
    folder.prepare(settings)
