"""Ablations through their tool, from the first run to the table."""

import json
import os
import signal
import time

import pytest
import torch
from filelock import FileLock

from cra_plugin.ablation.run_folder import SETTINGS
from tests.helpers.forked_python import (
    REPOSITORY,
    fork_tool,
    start_python,
)

TOOL = 'analysis_tools/ablate.py'
CONFIG = REPOSITORY / 'configs' / 'tempclip_ph_nextgqa.py'
# The first run is long enough to be killed.
EPOCHS = {'base': 20, 'wide': 1}


@pytest.fixture(scope='module')
def command(tiny_options, as_arguments):
    """The command of a small ablation, but for its folder."""
    return [str(CONFIG), '--vary', 'wide=model.d_model=48',
            f'wide=train_cfg.max_epochs={EPOCHS["wide"]}', '--seeds', '1',
            '--tests', 'val=split=val', 'test', '--checkpoint', 'last',
            *as_arguments(tiny_options | {
                'train_cfg.max_epochs': EPOCHS['base'],
                'train_cfg.val_interval': 9, 'log_level': 'ERROR'})]


def wait_for(path, process):
    deadline = time.monotonic() + 300
    while not path.exists():
        assert process.is_alive() and time.monotonic() < deadline
        time.sleep(.01)


@pytest.fixture(scope='module')
def killed(command, tmp_path_factory):
    """An ablation that was killed in its first run, and begun again."""
    out = tmp_path_factory.mktemp('ablation') / 'out'
    process = start_python(REPOSITORY / 'tools' / TOOL, *command, '--out',
                           out)
    wait_for(out / 'base_seed1' / 'epoch_1.pth', process)
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    # Its run ends by itself.
    with FileLock(out / 'base_seed1' / '.ablation.lock', timeout=60):
        left = {path.name for path in out.rglob('[ei]*.pth')}
    return out, left, fork_tool(TOOL, *command, '--out', out)


def test_a_killed_ablation_goes_on(killed):
    out, left, process = killed
    assert process.returncode == 0, process.stderr
    assert f'epoch_{EPOCHS["base"]}.pth' not in left
    # The run was told to stop, and had saved what it had.
    assert left
    assert process.stdout.startswith('[1/2] base, seed 1: started')
    for name, last in EPOCHS.items():
        assert (out / f'{name}_seed1' / f'epoch_{last}.pth').is_file()
    width = torch.load(out / 'wide_seed1' / 'epoch_1.pth',
                       weights_only=False)['meta']['cfg']
    assert 'd_model=48' in width


def test_its_table(killed):
    out, _, process = killed
    results = json.loads((out / 'results.json').read_text())
    assert [(row['variant'], row['test']) for row in results['rows']] == [
        ('base', 'val'), ('wide', 'val'), ('base', 'test'), ('wide', 'test')]
    row = results['rows'][3]
    report = json.loads((out / 'wide_seed1/metrics_test.json').read_text())
    assert row['mean']['mIoP'] == report['mIoP']
    assert row['difference']['mIoP'] == pytest.approx(
        report['mIoP'] - results['rows'][2]['mean']['mIoP'])
    counts = [json.loads((out / f'base_seed1/metrics_{name}.json').read_text(
        ))['num_questions'] for name in ('val', 'test')]
    assert counts[0] != counts[1]
    assert (out / 'results.md').read_text() in process.stdout
    assert (out / 'results.csv').is_file()
    assert (out / 'results.png').read_bytes().startswith(b'\x89PNG')


def test_finished_runs_are_not_run_again(killed, command, run_here):
    out = killed[0]
    before = {path: path.stat().st_mtime_ns for path in out.glob('*/*')}
    status, printed, _ = run_here(TOOL, *command, '--out', out)
    assert (status, printed.splitlines()[0]) == (
        0, '2 of 2 runs are finished')
    assert before == {path: path.stat().st_mtime_ns
                      for path in out.glob('*/*')}


@pytest.mark.parametrize(('more', 'words', 'lines'), [
    (['model.pooling_dropout=0.2'],
     ['base_seed1', 'model.pooling_dropout', '0.2 here', '--recompute'], 1),
    (['model.d_modle=1'], ['variant base', 'd_modle', 'd_model'], 1),
    # One for each missing file.
    (['data_root=nowhere'], ['variant base', 'nowhere', '\n  (6) '], 7)])
def test_other_settings_are_refused_at_once(killed, command, run_here, more,
                                            words, lines):
    out = killed[0]
    before = (out / 'ablation.json').read_text()
    status, _, errors = run_here(TOOL, *command, *more, '--out', out)
    assert status == 2 and errors.startswith('error: ')
    assert errors.count('\n') == lines
    assert all(word in errors for word in words)
    assert (out / 'ablation.json').read_text() == before


def test_another_test_does_not_train_again(killed, command, run_here):
    out = killed[0]
    more = ['--tests', 'third=test_dataloader.batch_size=2']
    status, printed, _ = run_here(TOOL, *command, *more, '--out', out,
                                  '--dry-run')
    assert (status, printed) == (0, '0  base, seed 1: not finished\n'
                                 '1  wide, seed 1: not finished\n')


def test_runs_are_removed_where_they_are_to_be_recomputed(
        command, run_here, tmp_path):
    out = tmp_path / 'out'
    slurm = ['--out', out, '--slurm', 'partition=gpu']
    assert run_here(TOOL, *command, *slurm)[0] == 0
    stale = out / 'base_seed1' / 'epoch_1.pth'
    stale.touch()
    old = (out / 'base_seed1' / SETTINGS).read_text()
    status, printed, _ = run_here(
        TOOL, *command, 'model.pooling_dropout=0.2', *slurm, '--recompute')
    assert (status, printed.splitlines()[0]) == (
        0, f'2 of 2 runs: sbatch {out}/ablate.sbatch')
    assert not stale.exists()
    new = (out / 'base_seed1' / SETTINGS).read_text()
    assert new != old and '"pooling_dropout": 0.2' in new
    assert not list(out.glob('.*'))


def test_a_plan_file_and_a_run_that_fails(tiny_options, run_here, tmp_path):
    plan = tmp_path / 'plan.json'
    plan.write_text(json.dumps({
        'config': str(CONFIG), 'options': tiny_options, 'seeds': [5],
        'variants': {'odd': {'model.d_model': 33}}, 'base': 'odd'}))
    out = tmp_path / 'out'
    assert run_here(TOOL, '--plan', plan, '--out', out, '--slurm')[0] == 0
    status, _, errors = run_here(TOOL, '--out', out, '--only', '0')
    assert status == 2 and 'a divisor of d_model' in errors
    assert run_here(TOOL, '--out', out, '--only', '1')[0] == 2
    status, printed, errors = run_here(TOOL, '--out', out, '--table')
    assert status == 2 and '1 run that failed: odd, seed 5' in errors
    assert 'Failed: odd, seed 5: model.temporal_encoder.num_heads' in printed


def test_a_folder_of_something_else_is_left_alone(command, run_here,
                                                  tmp_path):
    (tmp_path / 'base_seed1').mkdir()
    (tmp_path / 'base_seed1' / 'thesis.txt').touch()
    status, _, errors = run_here(TOOL, *command, '--out', tmp_path)
    assert status == 2 and 'something that is no run' in errors
    assert [path.name for path in tmp_path.iterdir()
            if path.name[0] != '.'] == ['base_seed1']
