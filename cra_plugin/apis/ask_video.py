"""Answer questions about one video, write and draw the answers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cra_plugin.annotations.asked_questions import AskedQuestion
from cra_plugin.apis.grounding_inferencer import GroundingInferencer
from cra_plugin.apis.grounding_result import GroundingResult
from cra_plugin.utils.json_file import write_json
from cra_plugin.visualization.timeline import draw_timeline


def ask_video(inferencer: GroundingInferencer,
              video: str | Path,
              asked: Sequence[AskedQuestion],
              choices: Sequence[str] | None = None,
              fps: float | None = None,
              out: str | Path | None = None) -> list[GroundingResult]:
    """Answer questions about a video.

    Args:
        inferencer (GroundingInferencer): The model.
        video (str | Path): A file, or a folder of frames.
        asked (Sequence[AskedQuestion]): The Q questions.
        choices (Sequence[str], optional): Of the questions that have none of
            their own. Defaults to None: these are grounded alone.
        fps (float, optional): Frames a second, of a folder. Defaults to
            None.
        out (str | Path, optional): Folder for ``result.json``, a picture per
            question. Defaults to None, nothing is written.

    Returns:
        list[GroundingResult]: Q results.

    Raises:
        InputError: If the video or a question is at fault.
    """
    encoded = inferencer.encode_video(video, fps=fps)
    found = inferencer(
        encoded, [question for question, _ in asked],
        [own if own is not None else tuple(choices or ())
         for _, own in asked])
    results = found if isinstance(found, list) else [found]
    if out is not None:
        folder = Path(out)
        write_json(folder / 'result.json', describe_results(video, results))
        for number, result in enumerate(results):
            name = 'timeline' + (f'_{number}' if len(results) > 1 else '')
            draw_timeline(result.as_answer(), folder / f'{name}.png')
    return results


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
