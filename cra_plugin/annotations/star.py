"""STAR's own annotation files, read into an :class:`AnnotationSet`."""

from __future__ import annotations

from pathlib import Path

from cra_plugin.annotations.annotation_set import AnnotationSet
from cra_plugin.annotations.nextgqa_videos import read_frame_times
from cra_plugin.annotations.star_questions import read_questions
from cra_plugin.annotations.video_metadata import read_video_metadata
from cra_plugin.spans.span_extent import TOLERANCE_SECONDS
from cra_plugin.utils.files import existing_file
from cra_plugin.utils.key_warning import warn_of_keys

# STAR has no file of its own for the durations; this is where ours is found.
VIDEO_FILE = 'STAR_videos.json'


def read_star(question_file: str | Path,
              video_file: str | Path | None = None,
              time_file: str | Path | None = None) -> AnnotationSet:
    """Read one split of STAR, https://bobbywu.com/STAR.

    A question whose segment ends more than a second after its video is kept
    as it is and named in a warning.

    Args:
        question_file (str | Path): ``STAR_{train,val,test}.json``, see
            :func:`~cra_plugin.annotations.star_questions.read_questions`.
        video_file (str | Path, optional): Durations and, maybe, frame times,
            see :func:`~cra_plugin.annotations.video_metadata.
            read_video_metadata`. Defaults to None: no durations.
        time_file (str | Path, optional): Frame times in the format of
            NExT-GQA's ``frame2time_{split}.json``, which go before those of
            ``video_file``. Defaults to None.

    Returns:
        AnnotationSet: The split. Every question has a duration if
        ``video_file`` is given.

    Raises:
        InputError: If a file is missing, malformed or contradicts another.
    """
    questions = read_questions(question_file)
    annotations = AnnotationSet(questions, source=str(question_file))
    video_ids = dict.fromkeys(question.video_id for question in questions)
    durations: dict[str, float] = {}
    if video_file is not None:
        durations, frame_times = read_video_metadata(video_file, video_ids)
        annotations = annotations.with_videos(durations, frame_times)
        late = [
            q.key for q in annotations.questions
            if q.spans and q.spans[0][1] > durations[q.video_id] +
            TOLERANCE_SECONDS
        ]
        warn_of_keys(late, 'whose segment ends after the duration in '
                     f'{video_file}, kept as it is')
    if time_file is not None:
        annotations.frame_times.update(
            read_frame_times(time_file, video_ids, durations))
    return annotations


def find_star(folder: str | Path,
              split: str,
              require_spans: bool = True) -> AnnotationSet:
    """Read one split from a folder with STAR's file names.

    ``STAR_{split}.json`` must exist. ``STAR_videos.json``, the durations, and
    ``frame2time_{split}.json`` are read where they exist.

    Args:
        folder (str | Path): The folder of the annotations.
        split (str): ``'train'``, ``'val'`` or ``'test'``.
        require_spans (bool): Changes nothing: STAR has its spans with its
            questions. Defaults to True.

    Returns:
        AnnotationSet: The split.

    Raises:
        InputError: As :func:`read_star`.
    """
    folder = Path(folder)
    return read_star(folder / f'STAR_{split}.json',
                     existing_file(folder / VIDEO_FILE),
                     existing_file(folder / f'frame2time_{split}.json'))
