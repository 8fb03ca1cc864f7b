"""The shell scripts ask a launcher for the right processes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.process_group import free_port
from tests.helpers.tool_process import REPOSITORY

TOOLS = REPOSITORY / 'tools'
LAUNCHER = str(TOOLS / 'launch.py')
POSITIONAL = {'train': ['a config.py'], 'test': ['a config.py', 'last.pth']}


@pytest.fixture
def launch(tmp_path):
    """Run a script with launchers that only write their arguments down."""
    for name in ('python', 'srun'):
        (tmp_path / name).write_text(
            f'#!/bin/sh\necho {name}\nprintf "%s\\n" "$@"\n')
        (tmp_path / name).chmod(0o755)

    def run(script, *arguments, **environment):
        return subprocess.run(
            ['bash', TOOLS / script, *map(str, arguments)], text=True,
            capture_output=True, cwd=tmp_path, env={
                'PATH': f'{tmp_path}:{os.environ["PATH"]}', **environment})

    return run


def lines(process):
    assert process.returncode == 0, process.stderr
    return process.stdout.splitlines()


@pytest.mark.parametrize('kind', ['train', 'test'])
def test_dist_scripts(launch, kind):
    given = POSITIONAL[kind]
    rest = [str(TOOLS / f'{kind}.py'), *given, '--launcher', 'pytorch',
            '--work-dir', 'a b']
    assert lines(launch(f'dist_{kind}.sh', *given, 3, '--work-dir', 'a b')
                 ) == ['python', LAUNCHER, '--nnodes=1', '--node-rank=0',
                       '--master-addr=127.0.0.1', '--master-port=29500',
                       '--nproc-per-node=3', *rest]
    several = launch(f'dist_{kind}.sh', *given, 8, '--work-dir', 'a b',
                     NNODES='2', NODE_RANK='1', MASTER_ADDR='node7',
                     PORT='1234')
    assert lines(several) == [
        'python', LAUNCHER, '--nnodes=2', '--node-rank=1',
        '--master-addr=node7', '--master-port=1234', '--nproc-per-node=8',
        *rest]


@pytest.mark.parametrize('kind', ['train', 'test'])
def test_slurm_scripts(launch, kind):
    given = POSITIONAL[kind]
    rest = ['python', '-u', str(TOOLS / f'{kind}.py'), *given, '--launcher',
            'slurm', '--work-dir', 'a b']
    arguments = f'slurm_{kind}.sh', 'gpu', 'a job', *given, '--work-dir', 'a b'
    assert lines(launch(*arguments)) == [
        'srun', '--partition=gpu', '--job-name=a job', '--gres=gpu:8',
        '--ntasks=8', '--ntasks-per-node=8', '--cpus-per-task=5',
        '--kill-on-bad-exit=1', *rest]
    assert lines(launch(*arguments, GPUS='2')) == [
        'srun', '--partition=gpu', '--job-name=a job', '--gres=gpu:2',
        '--ntasks=2', '--ntasks-per-node=2', '--cpus-per-task=5',
        '--kill-on-bad-exit=1', *rest]
    assert lines(launch(*arguments, GPUS='16', GPUS_PER_NODE='4',
                        CPUS_PER_TASK='3', SRUN_ARGS='--time=9 --quiet')) == [
        'srun', '--partition=gpu', '--job-name=a job', '--gres=gpu:4',
        '--ntasks=16', '--ntasks-per-node=4', '--cpus-per-task=3',
        '--kill-on-bad-exit=1', '--time=9', '--quiet', *rest]


@pytest.mark.parametrize('script', ['dist_train.sh', 'dist_test.sh',
                                    'slurm_train.sh', 'slurm_test.sh'])
def test_scripts_say_how_they_are_used(launch, script):
    process = launch(script, 'one', *['two'] * script.startswith('slurm'))
    assert (process.returncode, process.stdout) == (2, '')
    assert process.stderr.startswith(f'usage: bash tools/{script} ')


def test_signals_reach_the_launcher(launch, tmp_path):
    """The script becomes the launcher: no shell is left between."""
    for name in ('python', 'srun'):
        (tmp_path / name).write_text('#!/bin/sh\necho $$ $PPID\n')
    for script in ('dist_train.sh', 'slurm_train.sh'):
        process = subprocess.Popen(
            ['bash', TOOLS / script, 'a', 'b', 'c'], text=True,
            stdout=subprocess.PIPE,
            env={'PATH': f'{tmp_path}:{os.environ["PATH"]}'})
        output, _ = process.communicate(timeout=60)
        assert output.split() == [str(process.pid), str(os.getpid())]


def test_the_real_torchrun_hands_all_options_on(tmp_path):
    """Of two processes, which only say what they were asked."""
    process = subprocess.run(
        ['bash', TOOLS / 'dist_train.sh', 'none.py', '2', '--work-dir', 'w',
         '--amp', 'fp16', '--auto-scale-lr', '--seed', '3', '--resume',
         '--cfg-options', 'a=1', '--local-rank=1', '--help'],
        capture_output=True, text=True, timeout=300, env=os.environ | {
            'PORT': str(free_port()),
            'PATH': f'{Path(sys.executable).parent}:{os.environ["PATH"]}'})
    assert process.returncode == 0, process.stderr
    assert process.stdout.count('usage: train.py') == 2


def test_two_processes_train(causal_options, as_arguments, tmp_path):
    """The road of a user with two GPUs, here by gloo."""
    done = subprocess.run(
        ['bash', TOOLS / 'dist_train.sh',
         TOOLS.parent / 'configs' / 'cra_nextgqa.py', '2', '--work-dir',
         tmp_path, *as_arguments(causal_options | {
             'train_cfg.max_epochs': 1, 'train_dataloader.batch_size': 2})],
        capture_output=True, text=True, timeout=600, env=os.environ | {
            'PORT': str(free_port()), 'OMP_NUM_THREADS': '1',
            'PATH': f'{Path(sys.executable).parent}:{os.environ["PATH"]}'})
    assert done.returncode == 0, done.stderr
    # Of two processes one prints, after the launcher.
    assert [line.split()[2] for line in done.stdout.splitlines()
            if line.startswith('cra_plugin ')] == ['launch', 'train']
    assert done.stdout.count('2 processes on ') == 1
    assert 'Acc@GQA' in done.stdout + done.stderr
    assert (tmp_path / 'epoch_1.pth').is_file()
