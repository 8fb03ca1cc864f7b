"""Draw predictions that were dumped to files."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from cra_plugin.apis.drawn_answers import read_drawn_answers
from cra_plugin.errors import InputError, check_choice
from cra_plugin.feature_extraction.filmstrip import read_filmstrip
from cra_plugin.feature_extraction.video_reader import VideoError
from cra_plugin.feature_extraction.video_source import VideoSource
from cra_plugin.spans.frame_sampling import sample_frame_indices
from cra_plugin.structures.filmstrip import Filmstrip
from cra_plugin.utils.error_text import one_line
from cra_plugin.utils.file_names import file_name
from cra_plugin.utils.first_few import first_few
from cra_plugin.utils.key_warning import warn_of_keys
from cra_plugin.visualization.sheet import FORMATS
from cra_plugin.visualization.timeline import (
    DrawnAnswer,
    draw_models,
    draw_questions,
    draw_timeline,
)

GRIDS = ('video', 'model')
# Of a grid on one picture; more of them become several pictures.
PANELS = 8

Answers = Mapping[str, Mapping[str, DrawnAnswer]]


def draw_timelines(annotations: str | Path,
                   split: str,
                   answers: str | Path | Sequence[str | Path],
                   out: str | Path,
                   preset: str = 'paper',
                   num_pictures: int = 6,
                   dataset: str = 'nextgqa',
                   decoder: str = 'adaptive',
                   keys: Sequence[str] = (),
                   grid: str | None = None,
                   picture_format: str = 'png',
                   videos: VideoSource | None = None) -> list[Path]:
    """Draw dumped predictions, spread evenly over the split.

    Args:
        annotations (str | Path): Folder of the annotations.
        split (str): The split that was predicted.
        answers (str | Path | Sequence[str | Path]): The dumped answers, a
            file for each model; frame weights or spans lie beside it, see
            :func:`~cra_plugin.apis.drawn_answers.read_drawn_answers`.
        out (str | Path): Folder of the pictures, ``<key>.png`` each, the key
            as :func:`~cra_plugin.utils.file_names.file_name` has it; a
            folder for each of several models.
        preset (str): How frame weights are decoded. Defaults to 'paper'.
        num_pictures (int): How many pictures of a model, or of all in a
            grid. Defaults to 6.
        dataset (str): The format of the annotations, see
            :mod:`~cra_plugin.annotations.formats`. Defaults to 'nextgqa'.
        decoder (str): The main decoder of frame weights. Defaults to
            'adaptive'.
        keys (Sequence[str]): Keys of questions, or ids of videos, to draw.
            Defaults to (): spread over the split.
        grid (str, optional): ``'video'`` draws the questions of a video
            below each other, ``'model'`` what all models answer to a
            question. Defaults to None: each answer by itself.
        picture_format (str): ``'png'``, ``'pdf'`` or ``'svg'``. Defaults to
            'png'.
        videos (VideoSource, optional): Where the videos are whose frames are
            shown. Defaults to None: no frames.

    Returns:
        list[Path]: The pictures.

    Raises:
        InputError: If no annotated question was predicted, or an argument is
            none of its choices.
    """
    check_choice('argument picture_format', picture_format, FORMATS)
    if grid is not None:
        check_choice('argument grid', grid, GRIDS)
    files = [answers] if isinstance(answers, (str, Path)) else list(answers)
    read = {name: read_drawn_answers(file, annotations, split, dataset,
                                     preset, decoder, name)
            for file, name in zip(files, _names(files))}
    pages = _pages(read, _choose(read, keys, num_pictures, grid), grid)
    shown = {each.answer.question.video_id
             for page in pages.values() for each in page}
    strips = {} if videos is None else _filmstrips(videos, shown)
    pictures = []
    for name, page in pages.items():
        path = Path(out, f'{name}.{picture_format}')
        _draw([replace(each, filmstrip=strips.get(
            each.answer.question.video_id)) for each in page], path, grid)
        pictures.append(path)
    return pictures


def _names(files: Sequence[str | Path]) -> list[str]:
    """Name models by their files, and by their folders where these agree."""
    for parts in (1, 2, 3):
        names = [' '.join(Path(file).with_suffix('').parts[-parts:])
                 for file in files]
        if len({*names}) == len(files):
            return names
    return [f'{number} {name}' for number, name in enumerate(names)]


def _choose(read: Answers, keys: Sequence[str], num_pictures: int,
            grid: str | None) -> list[str]:
    """Choose questions that all models have answered."""
    first, *others = read.values()
    known = [key for key in first if all(key in each for each in others)]
    if not known:
        raise InputError(', '.join(read), 'no question that all have '
                         'answered', 'predictions for the same split')
    video_of = {key: first[key].answer.question.video_id for key in known}
    if keys:
        missing = set(keys) - {*known, *video_of.values()}
        if missing:
            raise InputError(
                '--keys', first_few(sorted(missing)), 'keys of predicted '
                f'questions, such as {known[0]}, or ids of their videos',
                'leave it out for a few of all')
        return [key for key in known if {key, video_of[key]} & {*keys}]
    units = list(dict.fromkeys(video_of.values())) if (
        grid == 'video') else known
    chosen = {units[index] for index in sample_frame_indices(
        len(units), min(num_pictures, len(units)))}
    return [key for key in known if {key, video_of[key]} & chosen]


def _pages(read: Answers, chosen: Sequence[str],
           grid: str | None) -> dict[str, list[DrawnAnswer]]:
    """Name of a picture, without its suffix, to what is on it."""
    pages: dict[str, list[DrawnAnswer]] = {}
    for model, answers in read.items():
        folder = f'{file_name(model)}/' if len(read) > 1 else ''
        for key in chosen:
            video = answers[key].answer.question.video_id
            name = (file_name(key) if grid == 'model' else
                    folder + file_name(video if grid == 'video' else key))
            pages.setdefault(name, []).append(answers[key])
    return {name + (f'-part{part // PANELS + 1}' if part else ''):
            page[part:part + PANELS] for name, page in pages.items()
            for part in range(0, len(page), PANELS)}


def _draw(page: list[DrawnAnswer], path: Path, grid: str | None) -> None:
    """Draw one picture."""
    if grid == 'video':
        draw_questions(page, path)
    elif grid == 'model':
        draw_models(page, path)
    else:
        draw_timeline(page[0], path)


def _filmstrips(videos: VideoSource,
                wanted: Collection[str]) -> dict[str, Filmstrip]:
    """Read frames of the videos that there are."""
    found = videos.find(sorted(wanted))
    strips = {}
    for video, path in found.items():
        if path is None:
            continue
        try:
            with videos.open_video(path) as reader:
                strips[video] = read_filmstrip(reader)
        except (VideoError, OSError) as error:
            logging.getLogger('cra_plugin').warning(
                'warning: %s: its frames are not shown (%s)', path,
                one_line(error))
    warn_of_keys([each for each, path in found.items() if path is None],
                 'without a file, whose frames are not shown', 'video')
    return strips
