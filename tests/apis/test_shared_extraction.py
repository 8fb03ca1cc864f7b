"""Several processes share the videos out, and write what one would."""

import os
import shutil
import signal
import time

import numpy as np
import pytest

from cra_plugin.apis.extract_features import extract_features
from cra_plugin.errors import InputError
from cra_plugin.feature_extraction.extraction_settings import (
    ExtractionSettings,
)
from cra_plugin.feature_extraction.process_link import PeerError, ProcessLink
from cra_plugin.feature_extraction.shared_queue import SharedQueue
from tests.feature_extraction.toy_encoder import MeanColor
from tests.helpers.forked_python import CONTEXT, start_server
from tests.helpers.process_group import free_port, run_processes

NAMES = ('features.h5', 'features.h5.frame2time.json',
         'features.h5.report.json')


class Waiting(MeanColor):
    """Encodes when another process has come to its point."""

    def __init__(self, marker, seconds=60):
        super().__init__()
        self._marker, self._seconds = marker, seconds

    def encode(self, videos):
        deadline = time.monotonic() + self._seconds
        while not self._marker.exists() and time.monotonic() < deadline:
            time.sleep(.01)
        return super().encode(videos)


class Killed(Waiting):
    """Ends its process by force, in its second batch."""

    def encode(self, videos):
        if self.batches:
            self._marker.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return MeanColor.encode(self, videos)


class Broken(Waiting):
    """Finds no finite features of the last video of a batch."""

    def encode(self, videos):
        self._marker.touch()
        features = MeanColor.encode(self, videos)
        features[-1] = np.nan
        return features


class Faulty(Waiting):
    def encode(self, videos):
        self._marker.touch()
        raise AssertionError('a fault of the program')


def extract(clips, folder, encoder=None, launcher='none', **changes):
    settings = dict(num_frames=4, batch_size=8, num_workers=1) | changes
    return extract_features(
        clips, clips / 'ids.txt', encoder or MeanColor(),
        folder / 'features.h5', ExtractionSettings(**settings),
        progress=False, launcher=launcher)


def share(rank, clips, folder):
    """Extract in one of several processes: what it says, and what it did."""
    summary = extract(clips, folder, encoder := MeanColor(),
                      launcher='pytorch')
    return summary.num_videos, summary.skipped, sum(encoder.batches)


def content(folder):
    return [(folder / name).read_bytes() for name in NAMES]


@pytest.fixture
def folders(tmp_path):
    for name in 'ab':
        (tmp_path / name).mkdir()
    return tmp_path / 'a', tmp_path / 'b'


@pytest.fixture
def many_clips(clips, tmp_path):
    """A folder of 16 videos."""
    folder = tmp_path / 'clips'
    folder.mkdir()
    names = [f'clip_{index:02}' for index in range(16)]
    for index, name in enumerate(names):
        shutil.copy(clips / ('slow.mp4', 'fast.mp4')[index % 2],
                    folder / f'{name}.mp4')
    (folder / 'ids.txt').write_text('\n'.join(names))
    return folder


@pytest.mark.parametrize('world_size', [2, 7])
def test_the_bytes_of_one_process(mixed_clips, folders, world_size):
    """Also of more processes than batches; each reason is told once."""
    alone = extract(mixed_clips, folders[0])
    found = run_processes(share, world_size, mixed_clips, folders[1],
                          join=False)
    assert content(folders[0]) == content(folders[1])
    assert list(alone.skipped) == ['corrupt', 'empty', 'cut', 'missing']
    assert all(each[:2] == (6, alone.skipped) for each in found)
    assert sum(each[2] for each in found) == 6
    # Skipped videos are tried again: the whole stays, the parts do not.
    assert sorted(path.name for path in folders[1].glob('*.partial.*')) == [
        'features.h5.partial.jsonl', 'features.h5.partial.npy']


def test_a_finished_extraction_is_not_repeated(many_clips, folders):
    extract(many_clips, folders[0])
    before = content(folders[0])
    assert run_processes(share, 2, many_clips, folders[0], join=False) == [
        (16, {}, 0), (16, {}, 0)]
    assert content(folders[0]) == before


def start(results, rank, port, clips, folder, encoder, changes):
    """Be one of two processes, of which one does not come to its end."""
    os.environ.update(
        RANK=str(rank), LOCAL_RANK=str(rank), WORLD_SIZE='2',
        MASTER_ADDR='127.0.0.1', MASTER_PORT=str(port))
    SharedQueue.patience, ProcessLink.beat_seconds = 3., .1
    try:
        extract(clips, folder, encoder, 'pytorch', **changes)
    except Exception as error:
        results.put((rank, type(error), str(error)))


def fail_together(clips, folder, kind, seconds=60, first=Waiting, **changes):
    """Run two processes with other encoders, until they end.

    Returns:
        dict: Rank to the type of its error and what it says.
    """
    start_server()
    results, port = CONTEXT.Queue(), free_port()
    encoders = [each(folder / 'marker', seconds) for each in (first, kind)]
    processes = [CONTEXT.Process(target=start, args=(
        results, rank, port, clips, folder, each, changes if rank else {}))
        for rank, each in enumerate(encoders)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(100)
    assert not any(process.is_alive() for process in processes)
    found = {}
    for _ in range(sum(process.exitcode == 0 for process in processes)):
        rank, *found[rank] = results.get(timeout=10)
    return found


@pytest.mark.parametrize('world_size', [1, 3])
def test_a_killed_process_costs_no_finished_work(many_clips, folders,
                                                 world_size):
    """Process 0 notices; any number of processes go on."""
    extract(many_clips, folders[0])
    found = fail_together(many_clips, folders[1], Killed)
    assert list(found) == [0] and found[0][0] is InputError
    assert found[0][1].startswith('process 1 of the run, at clip_')
    assert 'found no sign of life for 3 s' in found[0][1]
    assert len(list(folders[1].glob('*.partial.1-*'))) == 2
    if world_size == 1:
        extract(many_clips, folders[1], encoder := MeanColor())
        done = sum(encoder.batches)
    else:
        done = sum(each[2] for each in run_processes(
            share, world_size, many_clips, folders[1], join=False))
    # It had kept one batch, and taken three more.
    assert done == 6
    assert content(folders[0]) == content(folders[1])
    assert not list(folders[1].glob('*.partial.*'))


def test_process_0_is_killed(many_clips, folders):
    """With it goes what the others would hear of."""
    found = fail_together(many_clips, folders[1], Waiting, first=Killed)
    assert list(found) == [1] and found[1][0] is InputError
    assert found[1][1].startswith('process 0 of the run: found no answer (')


@pytest.mark.parametrize(('kind', 'line'), [
    (Broken, r'process 1 of the run, at clip_[^:]*: .*/clip_\d\d.mp4, encoded '
     'by mean color: found features that are NaN'),
    (Faulty, 'process 1 of the run, at clip_[^:]*: AssertionError: a fault')])
def test_a_failure_ends_all_processes_with_one_line(many_clips, folders, kind,
                                                    line):
    found = fail_together(many_clips, folders[1], kind)
    assert found[0][0] is PeerError
    # A fault of the program keeps its traceback.
    assert found[1][0] is {Broken: PeerError}.get(kind, AssertionError)
    (message, ) = {each[1] for each in found.values()
                   if each[0] is not AssertionError}
    with pytest.raises(ValueError, match=f'^{line}'):
        raise ValueError(message)
    assert not (folders[1] / 'features.h5').exists()


def test_processes_that_want_different_things(many_clips, folders):
    found = fail_together(many_clips, folders[1], Waiting, 4, list_fps=2.)
    assert found[0] == [PeerError, found[1][1]]
    assert found[1][1].startswith('process 1 of the run: its list_fps: found '
                                  'others than those of process 0')
