"""Draw predictions that were dumped to files."""

from __future__ import annotations

from pathlib import Path

from cra_plugin.annotations.formats import find_annotations
from cra_plugin.errors import InputError
from cra_plugin.evaluation.attention_spans import spans_from_attention
from cra_plugin.evaluation.prediction_files import (
    read_answers,
    read_attention,
)
from cra_plugin.spans.decoding_preset import PRESETS
from cra_plugin.spans.frame_sampling import (
    resolve_frame_times,
    sample_frame_indices,
)
from cra_plugin.structures.grounded_answer import GroundedAnswer
from cra_plugin.utils.file_names import file_name
from cra_plugin.visualization.timeline import draw_timeline


def draw_timelines(annotations: str | Path,
                   split: str,
                   answers: str | Path,
                   out: str | Path,
                   preset: str = 'paper',
                   num_pictures: int = 6,
                   dataset: str = 'nextgqa') -> list[Path]:
    """Draw dumped predictions, spread evenly over the split.

    Args:
        annotations (str | Path): Folder of the annotations.
        split (str): The split that was predicted.
        answers (str | Path): The dumped answers; the frame weights lie
            beside them in ``<stem>_attention.json``.
        out (str | Path): Folder of the pictures, ``<key>.png`` each,
            the key as :func:`~cra_plugin.utils.file_names.file_name` has it.
        preset (str): How spans are decoded. Defaults to 'paper'.
        num_pictures (int): How many questions are drawn. Defaults to 6.
        dataset (str): The format of the annotations, see
            :mod:`~cra_plugin.annotations.formats`. Defaults to 'nextgqa'.

    Returns:
        list[Path]: The pictures.

    Raises:
        InputError: If no annotated question was predicted.
    """
    annotation_set = find_annotations(dataset, annotations, split)
    questions = {each.key: each for each in annotation_set.questions}
    predicted = read_answers(answers, questions)
    file = Path(answers)
    attention = read_attention(file.with_name(f'{file.stem}_attention.json'))
    known = [key for key in questions if key in predicted and key in attention]
    if not known:
        raise InputError(answers, 'no question of the split',
                         f'predictions for {split} in {annotations}')
    spread = sample_frame_indices(len(known), min(num_pictures, len(known)))
    shown = [questions[known[index]] for index in spread]
    times = annotation_set.frame_times
    spans = spans_from_attention(shown, attention, times, PRESETS[preset],
                                 str(answers))
    pictures = []
    for row, question in enumerate(shown):
        weights = attention[question.key]
        picture = Path(out) / f'{file_name(question.key)}.png'
        draw_timeline(
            GroundedAnswer(
                question,
                resolve_frame_times(
                    times.get(question.video_id), len(weights),
                    question.duration),
                weights,
                {name: tuple(each[row].tolist())
                 for name, each in spans.items()},
                predicted[question.key]), picture)
        pictures.append(picture)
    return pictures
