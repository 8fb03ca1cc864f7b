"""Faults outside of the program end in one clear line, and nothing hangs."""

import os
import pickle
import shutil
import signal
import time
from multiprocessing.queues import Queue
from pathlib import Path

import h5py
import numpy as np
import pytest
import torch
from torch.utils.data import dataloader

from cra_plugin.apis.train import train
from cra_plugin.errors import InputError
from tests.helpers.forked_run import ForkedRun, train_reporting
from tests.helpers.process_group import free_port

CONFIG = str(Path(__file__).resolve().parents[2] / 'configs/cra_nextgqa.py')
forks = pytest.mark.skipif(
    torch.cuda.is_available(), reason='CUDA does not survive a fork')


@pytest.fixture(scope='module')
def options(causal_options):
    return causal_options | {'log_level': 'ERROR'}


@pytest.fixture(scope='module')
def done(tmp_path_factory, options):
    """A finished run of two epochs."""
    folder = tmp_path_factory.mktemp('done')
    train(CONFIG, str(folder), options=options)
    return folder


@pytest.fixture
def work_dir(done, tmp_path):
    """A run that broke off after its first epoch."""
    folder = tmp_path / 'run'
    shutil.copytree(done, folder)
    (folder / 'epoch_2.pth').unlink()
    (folder / 'last_checkpoint').write_text(str(folder / 'epoch_1.pth'))
    return folder


def assert_one_line(run, *words, status=2):
    assert run.wait() == status, run.errors
    assert 'Traceback' not in run.errors
    # Beside the progress bar of transformers, and what mmengine prints.
    (line, ) = (line for line in run.errors.splitlines()
                if line.startswith('error: '))
    for word in words:
        assert word in line


def children(pid):
    path = Path(f'/proc/{pid}/task/{pid}/children')
    return [int(child) for child in path.read_text().split()]


WORKERS = {f'{split}_dataloader.{key}': value
           for split in ('train', 'val') for key, value in (
               ('num_workers', 1), ('persistent_workers', True))}
KILLED = 'a process that reads data was killed'


@forks
@pytest.mark.parametrize(('kind', 'number'), [
    ('training', 3), ('training', 5), ('validation', 2)])
def test_a_worker_is_killed(done, options, tmp_path, kind, number):
    """The others end with the run."""
    folder = tmp_path / 'run'
    run = ForkedRun(folder, train_reporting, kind, CONFIG, folder,
                    options | WORKERS | {'train_cfg.max_epochs': 99})
    assert run.wait_for(number), run.errors
    workers = children(run.pid)
    os.kill(workers[-1], signal.SIGKILL)
    assert_one_line(run, KILLED, '--resume')
    wait_until_gone(workers)


@forks
@pytest.mark.parametrize('kind', ['training', 'validation'])
@pytest.mark.parametrize('error', [
    ConnectionResetError(104, 'Connection reset by peer'),
    ConnectionRefusedError(111, 'Connection refused'),
    BrokenPipeError(32, 'Broken pipe'), EOFError(),
    FileNotFoundError(2, 'No such file or directory'),
    pickle.UnpicklingError('pickle data was truncated'),
    RuntimeError('received 0 items of ancdata')], ids=repr)
def test_a_worker_is_lost_while_it_hands_over(done, options, tmp_path, kind,
                                              error):
    """Its sockets close before the system reports its end."""
    folder = tmp_path / 'run'
    run = ForkedRun(folder, lose_a_worker, kind, error, folder,
                    options | WORKERS)
    assert_one_line(run, KILLED, str(error) or type(error).__name__)


def lose_a_worker(report, kind, error, folder, options):
    """Train; when it comes to ``kind``, a worker cannot be heard of."""
    here, get = os.getpid(), Queue.get

    def broken(*arguments, **keywords):
        if os.getpid() == here and come:
            # Nor does anything that is shared with it end.
            dataloader._MultiProcessingDataLoaderIter._shutdown_workers = (
                lambda self: signal.pause())
            raise error
        return get(*arguments, **keywords)

    come = []
    Queue.get = broken
    train_reporting(lambda: come.append(kind), kind, CONFIG, folder, options)


def train_as_a_group(report, folder, options):
    os.setpgrp()
    train_reporting(report, 'training', CONFIG, folder, options)


@forks
@pytest.mark.parametrize('number', [
    signal.SIGINT, signal.SIGHUP, signal.SIGTERM])
def test_a_signal_to_all_processes_of_a_run(done, options, tmp_path, number):
    """As from a terminal, and from batch systems; workers are no victims."""
    folder = tmp_path / 'run'
    run = ForkedRun(folder, train_as_a_group, folder, options | WORKERS)
    assert run.wait_for(2), run.errors
    workers = children(run.pid)
    os.killpg(run.pid, number)
    assert run.wait() == 128 + number, run.errors
    assert 'Traceback' not in run.errors and 'error: ' not in run.errors
    assert len(list(folder.glob('interrupted_*.pth'))) == 1
    wait_until_gone(workers)


def wait_until_gone(processes):
    deadline = time.monotonic() + 60
    while any(map(is_alive, processes)):
        assert time.monotonic() < deadline
        time.sleep(.01)


def is_alive(process):
    path = Path(f'/proc/{process}/stat')
    try:
        return path.read_text().rpartition(') ')[2][0] not in 'ZX'
    except OSError:
        return False


class Ranks:
    """Two processes of one run."""

    def __init__(self, folder, options, **keywords):
        port = free_port()
        self.runs = []
        for rank in (0, 1):
            environment = {'RANK': rank, 'LOCAL_RANK': rank, 'WORLD_SIZE': 2,
                           'MASTER_ADDR': '127.0.0.1', 'MASTER_PORT': port}
            self.runs.append(ForkedRun(
                folder.parent / f'rank{rank}', self.train, environment,
                folder, options, keywords))

    @staticmethod
    def train(report, environment, folder, options, keywords):
        os.environ.update({k: str(v) for k, v in environment.items()})
        train_reporting(report, 'training', CONFIG, folder, options,
                        launcher='pytorch', **keywords)

    def finish(self):
        for run in self.runs:
            assert run.wait() == 0, run.errors


@forks
@pytest.mark.parametrize(('rank', 'number'), [
    (0, signal.SIGKILL), (1, signal.SIGKILL), (1, signal.SIGSTOP)])
def test_a_rank_is_killed_or_stands_still(done, options, tmp_path, rank,
                                          number):
    runs = Ranks(tmp_path / 'run', options | {
        'env_cfg.dist_cfg.timeout': 25 if number == signal.SIGSTOP else 1800,
        'train_cfg.max_epochs': 99}).runs
    for run in runs:
        assert run.wait_for(2), run.errors
    runs[rank].kill(number)
    other = runs[1 - rank]
    assert other.wait() == 2, other.errors
    assert 'another process of this run ended, or does not' in other.errors
    runs[rank].kill()
    assert runs[rank].wait() == -signal.SIGKILL


@forks
def test_two_ranks_told_to_stop_continue_as_if_they_had_not(
        done, options, tmp_path):
    folder = tmp_path / 'told'
    ranks = Ranks(folder, options)
    assert ranks.runs[0].wait_for(2)
    ranks.runs[0].kill(signal.SIGTERM)
    for run in ranks.runs:
        assert run.wait() == 128 + signal.SIGTERM, run.errors
    assert len(list(folder.glob('interrupted_*.pth'))) == 1
    shutil.copytree(folder, tmp_path / 'alone')
    Ranks(folder, options, resume='auto').finish()
    assert not list(folder.glob('interrupted_*.pth'))
    Ranks(tmp_path / 'whole' / 'run', options).finish()
    found, expected = (
        torch.load(place / 'epoch_2.pth', weights_only=False)['state_dict']
        for place in (folder, tmp_path / 'whole' / 'run'))
    for key, value in expected.items():
        assert torch.equal(found[key], value), key
    # One process begins the epoch anew, with batches of its own.
    runner = train(CONFIG, str(tmp_path / 'alone'), resume='auto',
                   options=options | {'train_cfg.max_epochs': 1})
    assert runner.iter == len(runner.train_dataloader)
    meta = torch.load(tmp_path / 'alone' / 'epoch_1.pth',
                      weights_only=False)['meta']
    assert (meta['iter'], meta['world_size']) == (runner.iter, 1)


@forks
def test_disk_full(done, options, small_disk):
    """The first epoch fits, the second does not; the first stays whole."""
    folder = small_disk / 'run'
    folder.mkdir()
    shutil.copy(done / 'epoch_1.pth', folder)
    size = shutil.disk_usage(folder).free
    (small_disk / 'others').write_bytes(bytes(size - 100_000))
    before = (folder / 'epoch_1.pth').read_bytes()
    run = ForkedRun(small_disk.parent / 'log', train_on_a_full_disk, folder,
                    options)
    assert_one_line(run, 'No space left on device', '--resume')
    assert (folder / 'epoch_1.pth').read_bytes() == before
    assert not list(folder.glob('.*.pth'))
    (small_disk / 'others').unlink()


def train_on_a_full_disk(report, folder, options):
    from cra_plugin.apis import train as module
    module.check_disk_space = lambda runner: None
    train(CONFIG, str(folder), resume='auto', options=options)


def test_missing_disk_space_is_found_before_the_first_epoch(
        options, small_disk):
    (small_disk / 'others').write_bytes(bytes(500_000))
    with pytest.raises(InputError, match='MiB of free disk space'):
        train(CONFIG, str(small_disk / 'run'), options=options)


@pytest.fixture
def features(tiny_world, tmp_path):
    """A copy of the training features, and the option that takes it."""
    path = tmp_path / 'features.h5'
    shutil.copy(tiny_world / 'features_train.h5', path)
    return path, {'train_dataloader.dataset.features.path': str(path)}


@forks
@pytest.mark.parametrize('workers', [0, 1])
@pytest.mark.parametrize(('damage', 'words'), [
    (os.remove, 'no such file'),
    (lambda path: os.truncate(path, path.stat().st_size // 2),
     'it had at start-up')])
def test_features_vanish_or_shrink(done, options, features, tmp_path,
                                   workers, damage, words):
    path, option = features
    run = ForkedRun(tmp_path / 'run', train_reporting, 'training', CONFIG,
                    tmp_path / 'run', options | option | {
                        'train_dataloader.num_workers': workers,
                        'train_cfg.max_epochs': 99})
    assert run.wait_for(2), run.errors
    damage(path)
    assert_one_line(run, str(path), words)


def test_features_that_are_not_numbers(options, features, tmp_path):
    path, option = features
    with h5py.File(path, 'r+') as file:
        video = file['vid'][0].decode()
        file['CLIPL_I'][0, 0, 0] = np.nan
    with pytest.raises(InputError, match=f'NaN .*features of video {video}'):
        train(CONFIG, str(tmp_path), options=options | option)
    name = 'model.causal_intervention.front_door'
    with pytest.raises(InputError, match=rf'the loss of .*nan for .*{video}_'):
        train(CONFIG, str(tmp_path), options=options | option | {
            'train_dataloader.dataset.features.check_finite': False,
            name: None})


@pytest.fixture
def bomb(tmp_path):
    """A pickle that leaves a file, and whether it went off."""
    victim = tmp_path / 'victim'

    class Bomb:
        def __reduce__(self):
            return os.system, (f'touch {victim}', )

    yield Bomb()
    assert not victim.exists()


def test_a_checkpoint_that_carries_code(options, work_dir, bomb):
    path = work_dir / 'epoch_1.pth'
    content = torch.load(path, weights_only=False)
    torch.save(content | {'meta': content['meta'] | {'more': bomb}}, path)
    with pytest.raises(InputError, match='cannot be loaded safely'):
        train(CONFIG, str(work_dir), resume='auto', options=options)


def test_a_checkpoint_whose_config_is_code(options, work_dir, tmp_path):
    victim, path = tmp_path / 'victim', work_dir / 'epoch_1.pth'
    content = torch.load(path, weights_only=False)
    content['meta']['config'] = f'open({str(victim)!r}, "w").close()'
    torch.save(content, path)
    train(CONFIG, str(work_dir), resume='auto', options=options)
    assert not victim.exists()


@pytest.mark.parametrize('suffix', ['npz', 'safetensors'])
def test_a_dictionary_that_is_a_pickle(options, tmp_path, bomb, suffix):
    path = tmp_path / f'dictionary.{suffix}'
    path.write_bytes(pickle.dumps(bomb))
    field = 'model.causal_intervention.front_door.dictionary'
    with pytest.raises(InputError, match='an unreadable file'):
        train(CONFIG, str(tmp_path), options=options | {field: str(path)})
    np.savez(tmp_path / 'centers.npz', centers=np.array([bomb], object))
    with pytest.raises(InputError, match='an unreadable file'):
        train(CONFIG, str(tmp_path), options=options | {
            field: str(tmp_path / 'centers.npz')})


def test_a_feature_file_that_is_a_pickle(options, features, tmp_path, bomb):
    path, option = features
    path.write_bytes(pickle.dumps(bomb))
    with pytest.raises(InputError, match='a file that cannot be read'):
        train(CONFIG, str(tmp_path), options=options | option)


def test_a_truncated_checkpoint(done, options, work_dir, caplog):
    """The epoch before it is resumed, and the end is the same."""
    damaged = work_dir / 'epoch_2.pth'
    damaged.write_bytes((done / 'epoch_2.pth').read_bytes()[:-1000])
    (work_dir / 'last_checkpoint').write_text(str(damaged))
    train(CONFIG, str(work_dir), resume='auto', options=options)
    assert 'epoch_2.pth is not whole' in caplog.text
    found, expected = (
        torch.load(folder / 'epoch_2.pth', weights_only=False)['state_dict']
        for folder in (work_dir, done))
    for key, value in expected.items():
        assert torch.equal(found[key], value), key
