"""Answer questions about one video, write and draw the answers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cra_plugin.annotations.asked_questions import AskedQuestion
from cra_plugin.apis.grounding_inferencer import GroundingInferencer
from cra_plugin.apis.grounding_result import GroundingResult
from cra_plugin.apis.result_files import write_results
from cra_plugin.apis.stored_video import encode_stored_video


def ask_video(inferencer: GroundingInferencer,
              video: str | Path,
              asked: Sequence[AskedQuestion],
              choices: Sequence[str] | None = None,
              fps: float | None = None,
              out: str | Path | None = None,
              features: str | Path | None = None,
              duration: float | None = None) -> list[GroundingResult]:
    """Answer questions about a video.

    Args:
        inferencer (GroundingInferencer): The model.
        video (str | Path): A file, a folder of frames, or an identifier in
            ``features``.
        asked (Sequence[AskedQuestion]): The Q questions.
        choices (Sequence[str], optional): Of the questions that have none of
            their own. Defaults to None: these are grounded alone.
        fps (float, optional): Frames a second, of a folder. Defaults to
            None.
        out (str | Path, optional): Folder of
            :func:`~cra_plugin.apis.result_files.write_results`. Defaults to
            None, nothing is written.
        features (str | Path, optional): File of features of the video, in
            place of its frames. Defaults to None.
        duration (float, optional): Seconds of a video of ``features``.
            Defaults to None, what the file says.

    Returns:
        list[GroundingResult]: Q results.

    Raises:
        InputError: If the video or a question is at fault.
    """
    encoded = (
        inferencer.encode_video(video, fps=fps) if features is None else
        encode_stored_video(inferencer, features, str(video), duration))
    found = inferencer(
        encoded, [question for question, _ in asked],
        [own if own is not None else tuple(choices or ())
         for _, own in asked])
    results = found if isinstance(found, list) else [found]
    if out is not None:
        write_results(video, fps, results, out, shown=features is None)
    return results
