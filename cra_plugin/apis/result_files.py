"""Write what was answered: result.json, pictures and clips."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from cra_plugin.apis.grounding_result import GroundingResult
from cra_plugin.errors import InputError
from cra_plugin.feature_extraction.any_video import AnyVideo
from cra_plugin.feature_extraction.filmstrip import read_filmstrip
from cra_plugin.feature_extraction.video_clip import cut_clip
from cra_plugin.structures.filmstrip import Filmstrip
from cra_plugin.utils.json_file import write_json
from cra_plugin.visualization.timeline import DrawnAnswer, draw_timeline


def write_results(video: str | Path, fps: float | None,
                  results: Sequence[GroundingResult],
                  out: str | Path,
                  copy: bool = True,
                  shown: bool = True) -> None:
    """Write answers, then for each a picture and the clip of its span.

    What cannot be drawn or cut is left out with a warning: the answers stay.

    Args:
        video (str | Path): A file, or a folder of frames.
        fps (float, optional): Frames a second, of a folder.
        results (Sequence[GroundingResult]): What was found.
        out (str | Path): Folder for ``result.json`` and, of one question,
            ``timeline.png`` and ``clip.mp4``; of several ``timeline_0.png``
            and ``clip_0.mp4`` and so on.
        copy (bool): Whether clips may hold packets of the video, of a codec
            that not every browser plays. Defaults to True.
        shown (bool): Whether there are frames to show; without them there
            are no clips. Defaults to True.
    """
    folder = Path(out)
    write_json(folder / 'result.json', describe_results(video, results))
    source = AnyVideo(Path(video), fps) if shown else None
    strip = None if source is None else _filmstrip(source)
    for number, result in enumerate(results):
        end = f'_{number}' if len(results) > 1 else ''
        picture = folder / f'timeline{end}.png'
        clip = folder / f'clip{end}.mp4'
        _try(picture, partial(draw_timeline, drawn_result(result, strip)))
        if source is not None:
            _try(clip, partial(cut_clip, source, result.span, copy=copy))


def drawn_result(result: GroundingResult,
                 filmstrip: Filmstrip | None = None) -> DrawnAnswer:
    """Give what ``draw_timeline`` draws of a result.

    Args:
        result (GroundingResult): The result.
        filmstrip (Filmstrip, optional): Frames of its video. Defaults to
            None.

    Returns:
        DrawnAnswer: The answer with the main decoder and the frames.
    """
    return DrawnAnswer(result.as_answer(), result.decoder, filmstrip)


def _filmstrip(video: AnyVideo) -> Filmstrip | None:
    """Read frames to show; None, with a warning, where that fails."""
    try:
        with video.open() as reader:
            return read_filmstrip(reader)
    except InputError as error:
        logging.getLogger('cra_plugin').warning(
            'warning: frames are not shown (%s)', error)
        return None


def _try(path: Path, write: Callable[[Path], Any]) -> None:
    """Write a file, or say why there is none."""
    try:
        write(path)
    except InputError as error:
        logging.getLogger('cra_plugin').warning(
            'warning: %s: left out (%s)', path, error)


def describe_results(video: str | Path,
                     results: Sequence[GroundingResult]) -> dict[str, Any]:
    """Give what ``result.json`` holds.

    Args:
        video (str | Path): The video.
        results (Sequence[GroundingResult]): What was found.

    Returns:
        dict[str, Any]: The name of the video, and all results.
    """
    return dict(video=Path(video).name,
                results=[result.to_dict() for result in results])
