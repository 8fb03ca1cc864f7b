"""One extraction by several processes, into one file."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import numpy as np

from cra_plugin.apis.extraction_job import (
    ExtractionJob,
    ExtractionSummary,
    digest,
)
from cra_plugin.engine.process_store import open_store
from cra_plugin.errors import InputError
from cra_plugin.feature_extraction.batch_queue import open_batches
from cra_plugin.feature_extraction.partial_file import PartialFile
from cra_plugin.feature_extraction.process_link import PeerError, ProcessLink
from cra_plugin.feature_extraction.shared_queue import SharedQueue
from cra_plugin.utils.files import one_writer

_LOST = 'its features did not arrive at process 0; start again'


def extract_together(make_job: Callable[[], ExtractionJob], launcher: str,
                     progress: bool) -> ExtractionSummary:
    """Extract as one of the processes that a launcher started.

    Each takes the next batch of videos when it is free, and keeps what is
    finished in a file of its own; all need the folder of the output in
    common. Process 0 joins these and writes the output, whose bytes are those
    of one process on such a machine. Where a process fails, all of them end.

    Args:
        make_job (Callable[[], ExtractionJob]): Looks for the videos.
        launcher (str): ``'pytorch'``, ``'slurm'`` or ``'mpi'``.
        progress (bool): Show a progress bar of all of them in process 0.

    Returns:
        ExtractionSummary: The same in all processes.

    Raises:
        PeerError: If another process fails, with its line.
        InputError: If the input is bad, or differs between the processes.
    """
    link = ProcessLink(*open_store(launcher))
    try:
        # What ends process 0 before it begins is wrong for all of them.
        with _told(link), _named(link, lambda: (
                link.name() if link.rank else '')):
            job = make_job()
            summary = (_assist(job, link) if link.rank else
                       _lead(job, link, progress))
    except Exception:
        link.leave(seconds=3)
        raise
    link.leave()
    return summary


def _lead(job: ExtractionJob, link: ProcessLink,
          progress: bool) -> ExtractionSummary:
    """Say what is to be done, do a share, and join all."""
    job.out.parent.mkdir(parents=True, exist_ok=True)
    with one_writer(job.out):
        summary, run = job.finished(), secrets.token_hex(4)
        if summary is None:
            whole = job.begin(link.world_size)
            queue = _queue(job, link, set(whole.finished))
            link.say('plan', _plan(job, run, whole))
            with _named(link, queue.where):
                job.run(whole, progress, queue)
            skipped = queue.wait()
            job.parts.join(whole, run, link.world_size)
            skipped |= {row: _LOST for row in range(len(job.video_ids))
                        if row not in whole.finished and row not in skipped}
            summary = job.write(whole, skipped)
        else:
            link.say('plan', {})
    link.say('end', [summary.num_videos, summary.skipped])
    return summary


def _assist(job: ExtractionJob, link: ProcessLink) -> ExtractionSummary:
    """Do a share of what process 0 says."""
    plan = link.hear('plan')
    if plan:
        finished = _read_plan(job, plan)
        part = job.parts.open_part(plan['run'], link.rank)
        queue = _queue(job, link, finished)
        with _named(link, queue.where):
            job.run(part, False, queue)
    num_videos, skipped = link.hear('end')
    if plan:
        job.parts.remove_part(plan['run'], link.rank)
    return job.summary(num_videos, skipped)


def _queue(job: ExtractionJob, link: ProcessLink,
           finished: set[int]) -> SharedQueue:
    """What is to be done, the same for all processes."""
    return SharedQueue(link, open_batches(
        len(job.video_ids), job.batch_videos, finished), job.video_ids)


def _plan(job: ExtractionJob, run: str, whole: PartialFile) -> dict[str, Any]:
    """Write down what all processes must agree on."""
    done = np.zeros(len(job.video_ids), bool)
    done[list(whole.finished)] = True
    return dict(run=run, finished=np.packbits(done).tobytes().hex(),
                **_views(job))


def _views(job: ExtractionJob) -> dict[str, Any]:
    """What a process sees of videos and options."""
    return dict(identity=job.identity,
                videos=digest(list(job.states.values())))


def _read_plan(job: ExtractionJob, plan: dict[str, Any]) -> set[int]:
    """Read which rows are finished; refuse the plan of another extraction."""
    views = _views(job)
    other = [key for key, value in job.identity.items()
             if plan['identity'].get(key) != value]
    other += ['video files'] * (plan['videos'] != views['videos'])
    if other:
        raise InputError(
            f'its {", ".join(other)}', 'others than those of process 0',
            'the same in all processes', 'start all of them by the same '
            'command, where they find the same videos')
    bits = np.frombuffer(bytes.fromhex(plan['finished']), np.uint8)
    return set(np.flatnonzero(np.unpackbits(bits)).tolist())


@contextmanager
def _named(link: ProcessLink, where: Callable[[], str]) -> Iterator[None]:
    """Name this process and its videos where something goes wrong."""
    try:
        yield
    except PeerError:
        raise
    except (InputError, OSError) as error:
        line, place = getattr(error, 'headline', str(error)), where()
        if place and not line.startswith('process '):
            line = f'{place}: {line}'
        raise InputError(line, details=getattr(error, 'details', ())
                         ) from None
    except Exception as error:
        with suppress(InputError):
            link.fail(f'{where()}: {type(error).__name__}: {error}')
        raise


@contextmanager
def _told(link: ProcessLink) -> Iterator[None]:
    """Tell the other processes why this one ends; one of them says it."""
    try:
        yield
    except PeerError:
        raise
    except InputError as error:
        said = False
        with suppress(InputError):
            said = link.fail(error.headline)
        if said:
            raise PeerError(error.headline) from None
        raise
