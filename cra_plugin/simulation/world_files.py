"""Writes generated worlds as NExT-GQA's files."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from cra_plugin.datasets.features.feature_file import write_feature_file
from cra_plugin.simulation.grounded_world import (
    NUM_CHOICES,
    GroundedWorld,
)
from cra_plugin.simulation.rendered_frames import write_video
from cra_plugin.simulation.rendered_world import (
    RENDERED_SPLITS,
    RenderedVideo,
    RenderedWorld,
)
from cra_plugin.simulation.world_settings import SPLITS
from cra_plugin.simulation.world_video import WorldVideo
from cra_plugin.utils.files import atomic_path
from cra_plugin.utils.json_file import write_json
from cra_plugin.utils.own_files import WrittenFiles

WORLD_FILE = 'world.json'
FRAMES_PER_SECOND = 30
COLUMNS = ('video_id', 'frame_count', 'width', 'height', 'question', 'answer',
           'qid', 'type') + tuple(f'a{index}' for index in range(NUM_CHOICES))


def write_world(world: GroundedWorld, folder: str | Path,
                overwrite: bool = False) -> dict[str, int]:
    """Write annotations and frame features of every split, and the settings.

    For each split, ``{split}.csv``, ``frame2time_{split}.json`` and
    ``features_{split}.h5``; ``gsub_{split}.json`` too, except for train,
    which has no spans. ``world.json`` holds the settings.

    Args:
        world (GroundedWorld): The world.
        folder (str | Path): Where to write.
        overwrite (bool): Replace files of others. Defaults to False.

    Returns:
        dict[str, int]: Split to its number of questions.

    Raises:
        InputError: If a file that is no world's would be replaced.
    """
    folder = Path(folder)
    files = WrittenFiles(folder / WORLD_FILE, 'generated world', [
        path for split in SPLITS for path in (
            *_annotation_files(folder, split),
            folder / f'frame2time_{split}.json',
            folder / f'features_{split}.h5')], overwrite)
    files.claim()
    counts = {}
    for split in SPLITS:
        videos = world.videos(split)
        write_annotations(folder, split, videos)
        write_json(folder / f'frame2time_{split}.json',
                   {one.video_id: one.frame_times.tolist() for one in videos})
        write_feature_file(
            folder / f'features_{split}.h5',
            ((video.video_id, world.frames(video)) for video in videos),
            (len(videos), world.settings.num_frames,
             world.settings.feature_dim))
        counts[split] = sum(len(video.questions) for video in videos)
    files.seal(dict(settings=asdict(world.settings), num_questions=counts))
    return counts


def write_rendered_world(world: RenderedWorld, folder: str | Path,
                         overwrite: bool = False) -> dict[str, int]:
    """Write annotations and videos of every split, and the settings.

    For each split, ``{split}.csv`` and, except for train, which has no
    spans, ``gsub_{split}.json``. ``videos`` holds the videos of all splits,
    ``world.json`` the settings.

    Args:
        world (RenderedWorld): The world.
        folder (str | Path): Where to write.
        overwrite (bool): Replace files of others. Defaults to False.

    Returns:
        dict[str, int]: Split to its number of questions.

    Raises:
        InputError: If a file that is no world's would be replaced.
    """
    folder, settings = Path(folder), world.settings
    splits = {split: world.videos(split) for split in RENDERED_SPLITS}
    files = WrittenFiles(folder / WORLD_FILE, 'rendered world', [
        path for split, videos in splits.items() for path in (
            *_annotation_files(folder, split),
            *(_video_file(folder, video) for video in videos))], overwrite)
    files.claim()
    counts = {}
    for split, videos in splits.items():
        write_annotations(folder, split, videos, settings.fps,
                          (settings.size, settings.size))
        for video in videos:
            write_video(video, _video_file(folder, video), settings.size,
                        settings.fps)
        counts[split] = sum(len(video.questions) for video in videos)
    files.seal(dict(settings=asdict(settings), num_questions=counts))
    return counts


def _annotation_files(folder: Path, split: str) -> list[Path]:
    """Name the files of :func:`write_annotations`."""
    spans = [] if split == 'train' else [folder / f'gsub_{split}.json']
    return [folder / f'{split}.csv', *spans]


def _video_file(folder: Path, video: RenderedVideo) -> Path:
    """Name the file of a rendered video."""
    return folder / 'videos' / f'{video.video_id}.mp4'


def write_annotations(folder: Path,
                      split: str,
                      videos: Sequence[WorldVideo] | Sequence[RenderedVideo],
                      fps: int = FRAMES_PER_SECOND,
                      size: tuple[int, int] = (640, 480)) -> None:
    """Write the csv file and, except for train, the span file of a split.

    Args:
        folder (Path): Where to write.
        split (str): The split.
        videos (Sequence): Its videos, with their questions.
        fps (int): Frames a second that the files state. Defaults to 30.
        size (tuple[int, int]): Width and height that the csv file states.
            Defaults to (640, 480).
    """
    with atomic_path(folder / f'{split}.csv') as temporary, open(
            temporary, 'w', encoding='utf-8', newline='') as file:
        writer = csv.writer(file, lineterminator='\n')
        writer.writerow(COLUMNS)
        for video in videos:
            for question in video.questions:
                assert question.answer is not None
                writer.writerow([
                    video.video_id, video.duration * fps, *size,
                    question.question, question.choices[question.answer],
                    question.qid, question.type, *question.choices])
    if split != 'train':
        write_json(folder / f'gsub_{split}.json', _spans(videos, fps))


def _spans(videos: Sequence[WorldVideo] | Sequence[RenderedVideo],
           fps: int) -> dict[str, Any]:
    """Return what the span file says, (start, end) in seconds."""
    return {
        video.video_id: dict(
            duration=video.duration,
            location={
                question.qid: [list(span) for span in question.spans]
                for question in video.questions
            },
            fps=fps)
        for video in videos
    }
