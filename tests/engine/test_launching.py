import os

import pytest
import torch
from mmengine.config import Config

from cra_plugin.cli.run_arguments import add_run_arguments
from cra_plugin.compat import cpu
from cra_plugin.engine.launcher_variables import (
    STARTED_BY,
    VARIABLES,
    find_launcher,
    num_local_processes,
)
from cra_plugin.engine.launching import join_processes
from cra_plugin.errors import InputError

LAUNCHED = {
    'pytorch': {'RANK': '3', 'WORLD_SIZE': '8', 'LOCAL_RANK': '1',
                'MASTER_ADDR': 'here', 'MASTER_PORT': '77'},
    'slurm': {'SLURM_PROCID': '3', 'SLURM_NTASKS': '8', 'SLURM_LOCALID': '1',
              'SLURM_NODELIST': 'node[1-4]'},
    'mpi': {'OMPI_COMM_WORLD_RANK': '3', 'OMPI_COMM_WORLD_SIZE': '8',
            'OMPI_COMM_WORLD_LOCAL_RANK': '1', 'MASTER_ADDR': 'here'}}


@pytest.fixture
def launched(monkeypatch, tmp_path):
    """Pretend to be a process of a launcher on a machine with ``scontrol``."""
    (tmp_path / 'scontrol').write_text(
        '#!/bin/sh\n[ "$*" = "show hostnames node[1-4]" ] && '
        'printf "node1\\nnode2\\n"\n')
    (tmp_path / 'scontrol').chmod(0o755)

    def pretend(launcher, **changes):
        for name in {name for each in LAUNCHED.values() for name in each}:
            # Set first, so that whatever the code sets is undone later.
            monkeypatch.setenv(name, '')
            monkeypatch.delenv(name)
        for name, value in (LAUNCHED[launcher] | changes).items():
            if value is not None:
                monkeypatch.setenv(name, value)

    monkeypatch.setenv('PATH', f'{tmp_path}:{os.environ["PATH"]}')
    return pretend


@pytest.fixture
def joined(monkeypatch):
    """The configs of processes that were joined by gloo."""
    configs = []
    monkeypatch.setattr(cpu, 'initialize_gloo', configs.append)
    monkeypatch.setattr(torch.cuda, 'is_available', lambda: False)
    return configs


@pytest.mark.parametrize(('launcher', 'address', 'port'), [
    ('pytorch', 'here', '77'), ('slurm', 'node1', '29500'),
    ('mpi', 'here', '29500')])
def test_the_environment_is_what_torch_reads(launched, joined, launcher,
                                             address, port):
    launched(launcher)
    config = Config()
    join_processes(config, launcher)
    assert config.launcher == launcher and joined == [config]
    assert [os.environ[name] for name in (
        'RANK', 'WORLD_SIZE', 'LOCAL_RANK', 'MASTER_ADDR', 'MASTER_PORT')
            ] == ['3', '8', '1', address, port]


def test_mmengine_joins_processes_on_gpus(launched, joined, monkeypatch):
    launched('mpi')
    monkeypatch.setattr(torch.cuda, 'is_available', lambda: True)
    monkeypatch.setattr(torch.cuda, 'device_count', lambda: 2)
    config = Config()
    join_processes(config, 'mpi')
    assert joined == [] and config.launcher == 'mpi'
    # mmengine gives the model this device, and does not set it for mpi.
    assert os.environ['LOCAL_RANK'] == '1'


def test_a_port_that_only_one_process_would_know(launched, joined,
                                                 monkeypatch):
    launched('pytorch')
    monkeypatch.setenv('MASTER_PORT', '0')
    with pytest.raises(InputError, match=r'MASTER_PORT: found 0; .*set PORT'):
        join_processes(Config(), 'pytorch')
    assert joined == []


def test_more_processes_than_gpus(launched, joined, monkeypatch):
    launched('mpi')
    monkeypatch.setattr(torch.cuda, 'is_available', lambda: True)
    monkeypatch.setattr(torch.cuda, 'device_count', lambda: 1)
    with pytest.raises(InputError, match=r'process 1 .*found 1 GPUs'):
        join_processes(Config(), 'mpi')


def test_one_process_joins_nothing(joined):
    config = Config()
    join_processes(config, 'none')
    assert joined == [] and config.launcher == 'none'


@pytest.mark.parametrize(('launcher', 'absent', 'fix'), [
    ('pytorch', 'RANK', 'dist_train.sh'),
    ('pytorch', 'LOCAL_RANK', 'dist_train.sh'),
    ('slurm', 'SLURM_PROCID', 'slurm_train.sh'),
    ('mpi', 'OMPI_COMM_WORLD_SIZE', 'mpirun'),
    ('mpi', 'MASTER_ADDR', 'export MASTER_ADDR=')])
def test_a_process_of_no_launcher(launched, joined, launcher, absent, fix):
    launched(launcher, **{absent: None})
    with pytest.raises(InputError) as caught:
        join_processes(Config(), launcher)
    message = str(caught.value)
    assert f'--launcher {launcher}' in message and fix in message
    assert f'no environment variable {absent}' in message
    assert joined == []


def test_slurm_without_scontrol(launched, joined, monkeypatch):
    launched('slurm', SLURM_NODELIST='others')
    with pytest.raises(InputError, match='export MASTER_ADDR=HOST'):
        join_processes(Config(), 'slurm')
    monkeypatch.setenv('PATH', '')
    with pytest.raises(InputError, match='export MASTER_ADDR=HOST'):
        join_processes(Config(), 'slurm')
    monkeypatch.setenv('MASTER_ADDR', 'given')
    join_processes(Config(), 'slurm')
    assert os.environ['MASTER_ADDR'] == 'given' and len(joined) == 1


@pytest.mark.parametrize('option', ['--local_rank=2', '--local-rank=2'])
def test_local_rank_becomes_a_variable(monkeypatch, option):
    import argparse
    parser = argparse.ArgumentParser()
    add_run_arguments(parser)
    monkeypatch.setenv('LOCAL_RANK', '5')
    assert parser.parse_args([option]).local_rank == 2
    assert os.environ['LOCAL_RANK'] == '5'
    monkeypatch.delenv('LOCAL_RANK')
    parser.parse_args([])
    assert 'LOCAL_RANK' not in os.environ
    parser.parse_args([option])
    assert os.environ['LOCAL_RANK'] == '2'


@pytest.mark.parametrize(('launcher', 'changes', 'found'), [
    ('pytorch', {}, 'pytorch'), ('pytorch', {'WORLD_SIZE': '1'}, 'none'),
    ('pytorch', {'LOCAL_RANK': None}, 'none'), ('mpi', {}, 'mpi'),
    ('slurm', {'SLURM_STEP_NUM_TASKS': '8'}, 'slurm'),
    # A batch script of a job of eight tasks is none of them.
    ('slurm', {}, 'none')])
def test_the_environment_tells_the_launcher(launched, monkeypatch, launcher,
                                            changes, found):
    monkeypatch.delenv('SLURM_STEP_NUM_TASKS', raising=False)
    launched(launcher, **changes)
    assert find_launcher() == found


@pytest.mark.parametrize(('launcher', 'size', 'number'), [
    ('pytorch', '4', 4), ('pytorch', None, 1), ('pytorch', 'x', 1),
    ('slurm', '4', 1), ('none', '4', 1)])
def test_who_shares_the_processors(monkeypatch, launcher, size, number):
    monkeypatch.setenv('LOCAL_WORLD_SIZE', size or '')
    assert num_local_processes(launcher) == number


def test_every_launcher_says_how_to_start_it():
    assert VARIABLES.keys() == STARTED_BY.keys() == (
        LAUNCHED.keys())
