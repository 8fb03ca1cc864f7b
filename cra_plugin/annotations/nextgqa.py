"""NExT-GQA's own annotation files, read into an :class:`AnnotationSet`."""

from __future__ import annotations

from pathlib import Path

from cra_plugin.annotations.annotation_set import AnnotationSet
from cra_plugin.annotations.nextgqa_questions import read_questions
from cra_plugin.annotations.nextgqa_videos import (
    read_frame_times,
    read_video_spans,
)
from cra_plugin.annotations.paraphrases import read_paraphrases
from cra_plugin.utils.files import existing_file


def read_nextgqa(question_file: str | Path,
                 span_file: str | Path | None = None,
                 time_file: str | Path | None = None,
                 paraphrase_file: str | Path | None = None) -> AnnotationSet:
    """Read one split of NExT-GQA.

    The file formats are those of https://github.com/doc-doc/NExT-GQA.

    Args:
        question_file (str | Path): ``{split}.csv``.
        span_file (str | Path, optional): ``gsub_{split}.json``, spans and
            durations in seconds. Defaults to None: no spans.
        time_file (str | Path, optional): ``frame2time_{split}.json``, the
            seconds of the frames. Defaults to None: no frame times.
        paraphrase_file (str | Path, optional): ``train_gpt4_sub.json``.
            Paraphrases of questions that are not in ``question_file`` are
            left out. Defaults to None: no paraphrases.

    Returns:
        AnnotationSet: The split. Every question has spans and a duration if
        ``span_file`` is given, every video frame times if ``time_file`` is.

    Raises:
        InputError: If a file is missing, malformed or contradicts another.
    """
    videos = None if span_file is None else read_video_spans(span_file)
    questions = read_questions(question_file, videos, span_file)
    durations = {
        question.video_id: question.duration
        for question in questions if question.duration is not None
    }
    frame_times = {}
    if time_file is not None:
        video_ids = dict.fromkeys(q.video_id for q in questions)
        frame_times = read_frame_times(time_file, video_ids, durations)
    paraphrases = {}
    if paraphrase_file is not None:
        keys = {question.key for question in questions}
        paraphrases = read_paraphrases(paraphrase_file, keys)
    return AnnotationSet(questions, frame_times, durations, paraphrases,
                         str(question_file))


def find_nextgqa(folder: str | Path,
                 split: str,
                 require_spans: bool = True) -> AnnotationSet:
    """Read one split from a folder with NExT-GQA's file names.

    ``{split}.csv`` and, unless ``require_spans`` is False,
    ``gsub_{split}.json`` must exist. ``frame2time_{split}.json`` and
    ``{split}_gpt4_sub.json`` are read where they exist.

    Args:
        folder (str | Path): The folder of the annotations.
        split (str): ``'train'``, ``'val'`` or ``'test'``.
        require_spans (bool): Whether a missing span file is an error; the
            train split has none. Defaults to True.

    Returns:
        AnnotationSet: The split.

    Raises:
        InputError: As :func:`read_nextgqa`.
    """
    folder = Path(folder)
    span_file: Path | None = folder / f'gsub_{split}.json'
    if not require_spans:
        span_file = existing_file(folder / f'gsub_{split}.json')
    return read_nextgqa(folder / f'{split}.csv', span_file,
                        existing_file(folder / f'frame2time_{split}.json'),
                        existing_file(folder / f'{split}_gpt4_sub.json'))
