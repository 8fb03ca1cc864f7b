"""Extract the features of a folder of videos into a file."""

from __future__ import annotations

from pathlib import Path

from cra_plugin.annotations.video_ids import read_video_ids
from cra_plugin.apis.extraction_job import ExtractionJob, ExtractionSummary
from cra_plugin.engine.launcher_variables import num_local_processes
from cra_plugin.feature_extraction.extraction_settings import (
    ExtractionSettings,
)
from cra_plugin.feature_extraction.frame_encoder import FrameEncoder
from cra_plugin.feature_extraction.video_source import (
    VideoFiles,
    VideoSource,
)
from cra_plugin.utils.files import one_writer
from cra_plugin.utils.output_place import regular_output


def extract_features(videos: str | Path | VideoSource,
                     ids: str | Path,
                     encoder: FrameEncoder,
                     out: str | Path,
                     settings: ExtractionSettings | None = None,
                     progress: bool = True,
                     overwrite: bool = False,
                     launcher: str = 'none') -> ExtractionSummary:
    """Extract frame features of videos into a feature file.

    The times of the frames and a report are written beside it, see
    :class:`ExtractionFiles`. Until all is done, ``{out}.partial.*`` hold what
    is finished; a run that was killed goes on from them and writes the same
    bytes, with any number of processes. Where videos are skipped they stay,
    and the next run tries those videos again, and those whose files have
    changed since.

    Args:
        videos (str | Path | VideoSource): Folder of the videos, or where
            else they come from.
        ids (str | Path): See :func:`read_video_ids`.
        encoder (FrameEncoder): Encodes the frames.
        out (str | Path): The h5 file; it appears when it is complete.
        settings (ExtractionSettings, optional): None for the defaults.
        progress (bool): Show a progress bar on stderr. Defaults to True.
        overwrite (bool): Replace files that no extraction wrote. Defaults to
            False.
        launcher (str): ``'pytorch'``, ``'slurm'`` or ``'mpi'`` where this is
            one of several processes that share the videos out, see
            :func:`extract_together`. Defaults to 'none'.

    Returns:
        ExtractionSummary: What was written, and which videos were skipped;
        the same in all processes.

    Raises:
        InputError: If the input is bad, no video can be read, another run
            is writing the file, files of others would be replaced, or
            another process fails.
    """
    settings = settings or ExtractionSettings()
    regular_output(out)
    out = Path(out)

    def make_job() -> ExtractionJob:
        source = VideoFiles(videos, settings.decoder, settings.video_limit
                            ) if isinstance(videos, (str, Path)) else videos
        return ExtractionJob(source, read_video_ids(ids), encoder, out,
                             settings, overwrite,
                             num_local_processes(launcher))

    if launcher != 'none':
        from cra_plugin.apis.shared_extraction import extract_together
        return extract_together(make_job, launcher, progress)
    job = make_job()
    out.parent.mkdir(parents=True, exist_ok=True)
    with one_writer(out):
        finished = job.finished()
        if finished is not None:
            return finished
        partial = job.begin()
        return job.write(partial, job.run(partial, progress))
