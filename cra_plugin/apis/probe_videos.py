"""Write the durations and frame times of a folder of videos."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.progress import track

from cra_plugin.annotations.video_ids import read_video_ids
from cra_plugin.errors import InputError
from cra_plugin.feature_extraction.sampled_video import (
    FrameSampling,
    probe_video,
)
from cra_plugin.feature_extraction.video_reader import (
    DEFAULT_DECODER,
    VIDEO_LIMIT,
    VideoError,
)
from cra_plugin.feature_extraction.video_source import (
    VideoFiles,
    VideoSource,
)
from cra_plugin.utils.json_file import write_json
from cra_plugin.utils.own_files import WrittenFiles


def probe_videos(videos: str | Path | VideoSource,
                 ids: str | Path,
                 out: str | Path,
                 sampling: FrameSampling | None = None,
                 decoder: str = DEFAULT_DECODER,
                 progress: bool = True,
                 overwrite: bool = False,
                 video_limit: float = VIDEO_LIMIT) -> dict[str, str]:
    """Write the metadata file that STAR's evaluation reads.

    ``{out}.report.json`` beside it says which videos were left out, and
    that the file was written so.

    Args:
        videos (str | Path | VideoSource): Folder of the videos, or where
            else they come from.
        ids (str | Path): See :func:`read_video_ids`.
        out (str | Path): The file, ``{video: {"duration": seconds,
            "frame_times": [T seconds]}}``.
        sampling (FrameSampling, optional): Whose times are written; None
            for those that features are extracted from by default.
        decoder (str): All give the same times; which videos are left out
            depends on it. Defaults to 'pyav'.
        progress (bool): Show a progress bar on stderr. Defaults to True.
        overwrite (bool): Replace a file that no probe wrote. Defaults to
            False.
        video_limit (float): Seconds after which a video is left out.
            Defaults to 600.

    Returns:
        dict[str, str]: Videos that were left out, with the reason.

    Raises:
        InputError: If the input is bad, no video can be read, or a file of
            others would be replaced.
    """
    out = Path(out)
    files = WrittenFiles(out.with_name(f'{out.name}.report.json'), 'probe',
                         [out], overwrite)
    files.check()
    source = VideoFiles(videos, decoder, video_limit) if isinstance(
        videos, (str, Path)) else videos
    paths = source.find(read_video_ids(ids))
    found, skipped = {}, {}
    for video, path in track(paths.items(), 'Probing', transient=True,
                             console=Console(stderr=True),
                             disable=not progress):
        try:
            found[video] = asdict(probe_video(
                path, source.open_video, sampling or FrameSampling()))
        except (VideoError, OSError) as error:
            skipped[video] = str(error)
    skipped |= source.why_missing(
        [video for video in skipped if paths[video] is None])
    if not found:
        raise InputError(
            'the videos', f'none of {len(paths)} that can be read (the '
            f'first: {next(iter(skipped.values()))})', 'videos that can be',
            'check --ids and where they are')
    files.claim()
    write_json(out, found)
    files.seal(dict(videos=len(paths), probed=len(found), skipped=skipped))
    return skipped
