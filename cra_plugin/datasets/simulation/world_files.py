"""Writes a generated world as NExT-GQA's files."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from cra_plugin.datasets.feature_file import write_feature_file
from cra_plugin.datasets.simulation.grounded_world import (
    NUM_CHOICES,
    GroundedWorld,
)
from cra_plugin.datasets.simulation.world_settings import SPLITS
from cra_plugin.datasets.simulation.world_video import WorldVideo
from cra_plugin.files import atomic_path
from cra_plugin.json_file import write_json
from cra_plugin.structures.video_question import VideoQuestion

FRAMES_PER_SECOND = 30
COLUMNS = ('video_id', 'frame_count', 'width', 'height', 'question', 'answer',
           'qid', 'type') + tuple(f'a{index}' for index in range(NUM_CHOICES))


def write_world(world: GroundedWorld, folder: str | Path) -> dict[str, int]:
    """Write annotations and frame features of every split, and the settings.

    For each split, ``{split}.csv``, ``frame2time_{split}.json`` and
    ``features_{split}.h5``; ``gsub_{split}.json`` too, except for train,
    which has no spans. ``world.json`` holds the settings.

    Args:
        world (GroundedWorld): The world.
        folder (str | Path): Where to write.

    Returns:
        dict[str, int]: Split to its number of questions.
    """
    folder = Path(folder)
    counts = {}
    for split in SPLITS:
        videos = world.videos(split)
        _write_questions(folder / f'{split}.csv', videos)
        write_json(folder / f'frame2time_{split}.json',
                   {one.video_id: one.frame_times.tolist() for one in videos})
        if split != 'train':
            write_json(folder / f'gsub_{split}.json', _spans(videos))
        write_feature_file(
            folder / f'features_{split}.h5',
            ((video.video_id, world.frames(video)) for video in videos),
            (len(videos), world.settings.num_frames,
             world.settings.feature_dim))
        counts[split] = sum(len(video.questions) for video in videos)
    write_json(folder / 'world.json',
               dict(settings=asdict(world.settings), num_questions=counts))
    return counts


def _write_questions(path: Path, videos: Sequence[WorldVideo]) -> None:
    """Write the csv file of a split."""
    with atomic_path(path) as temporary, open(
            temporary, 'w', encoding='utf-8', newline='') as file:
        writer = csv.writer(file, lineterminator='\n')
        writer.writerow(COLUMNS)
        for video in videos:
            for question in video.questions:
                writer.writerow(_row(video, question))


def _row(video: WorldVideo, question: VideoQuestion) -> list[Any]:
    """Return the csv row of a question; its video would be 640 x 480."""
    assert question.answer is not None
    return [
        video.video_id, video.duration * FRAMES_PER_SECOND, 640, 480,
        question.question, question.choices[question.answer], question.qid,
        question.type, *question.choices
    ]


def _spans(videos: Sequence[WorldVideo]) -> dict[str, Any]:
    """Return what the span file says, (start, end) in seconds."""
    return {
        video.video_id: dict(
            duration=video.duration,
            location={
                question.qid: [list(span) for span in question.spans]
                for question in video.questions
            },
            fps=FRAMES_PER_SECOND)
        for video in videos
    }
