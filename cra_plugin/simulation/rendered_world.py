"""Videos of moving shapes, and questions that need the right moment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cra_plugin.simulation.frames import video_generator
from cra_plugin.simulation.world_video import draw_spans
from cra_plugin.structures.video_question import Span, VideoQuestion
from cra_plugin.utils.setting_ranges import check_ranges

RENDERED_SPLITS = ('train', 'val', 'test')
NUM_CHOICES = 5
NUM_EVENTS = (3, 4)
SHORTEST_VIDEO, LONGEST_VIDEO = 15, 30
# Of different area, outline or direction: a tiny network tells them apart.
SHAPES = ('circle', 'ring', 'bar', 'pole', 'cross', 'dots')
COLORS = {
    'red': (220, 40, 40),
    'green': (40, 180, 60),
    'blue': (50, 80, 230),
    'yellow': (235, 220, 50),
    'magenta': (220, 60, 210),
    'cyan': (60, 215, 225),
}
NAMES = {'color': tuple(COLORS), 'shape': SHAPES}
# What is asked for, by what is named.
TEMPLATES = {
    'color': 'what color is the moving {shape}',
    'shape': 'what shape is the {color} thing that moves',
}
GRAY = (128, 128, 128)


@dataclass(frozen=True)
class RenderedSettings:
    """How many videos are rendered, and how they look.

    Attributes:
        train_videos (int): Videos of the train split. Defaults to 1200.
        val_videos (int): Videos of the val split. Defaults to 100.
        test_videos (int): Videos of the test split. Defaults to 300.
        size (int): Height and width in pixels. Defaults to 32.
        fps (int): Frames a second. Defaults to 2.
        num_distractors (int): Gray shapes of a video that nobody asks about,
            in random spans. Defaults to 2.
        seed (int): Seed of the world. Defaults to 0.
    """

    train_videos: int = 1200
    val_videos: int = 100
    test_videos: int = 300
    size: int = 32
    fps: int = 2
    num_distractors: int = 2
    seed: int = 0

    def __post_init__(self) -> None:
        check_ranges(self, {
            **{f'{split}_videos': 1 for split in RENDERED_SPLITS},
            'size': 16, 'fps': 1})


@dataclass(frozen=True)
class MovingShape:
    """A shape that crosses the picture.

    Attributes:
        shape (str): One of ``SHAPES``.
        color (str): Key of ``COLORS``; '' for gray.
        span (Span): When, as (start, end) in seconds.
        path (tuple): Its center at the start and at the end, (x, y) each, as
            fractions of the width and height.
    """

    shape: str
    color: str
    span: Span
    path: tuple[tuple[float, float], tuple[float, float]]


@dataclass(frozen=True)
class RenderedVideo:
    """A video that is to be rendered.

    Attributes:
        video_id (str): Identifier of the video.
        duration (int): Seconds.
        ground (tuple[int, ...]): Color of the ground.
        shapes (tuple[MovingShape, ...]): What moves, distractors first.
        questions (tuple[VideoQuestion, ...]): One an event.
    """

    video_id: str
    duration: int
    ground: tuple[int, ...]
    shapes: tuple[MovingShape, ...]
    questions: tuple[VideoQuestion, ...]


class RenderedWorld:
    """Videos of three or four moving shapes, one after the other.

    No two of a video share shape or color. A question names one of the two
    and asks for the other; that of every other moving shape is among the
    five choices, so that who does not look at the right moment can only
    guess. A video depends on the seed and its id only.

    Args:
        settings (RenderedSettings, optional): How the world looks. Defaults
            to None: ``RenderedSettings()``.
    """

    def __init__(self, settings: RenderedSettings | None = None) -> None:
        self.settings = settings or RenderedSettings()

    def videos(self, split: str) -> list[RenderedVideo]:
        """Generate the videos of a split.

        Args:
            split (str): ``'train'``, ``'val'`` or ``'test'``.

        Returns:
            list[RenderedVideo]: The videos, with ids of digits that are
            unique in the world.
        """
        first = 1_000_000 * (1 + RENDERED_SPLITS.index(split))
        number = getattr(self.settings, f'{split}_videos')
        return [self._video(str(first + index)) for index in range(number)]

    def _video(self, video_id: str) -> RenderedVideo:
        """Generate one video."""
        generator = video_generator(self.settings.seed, video_id, 'shapes')
        duration = int(generator.integers(SHORTEST_VIDEO, LONGEST_VIDEO + 1))
        num_events = int(generator.integers(NUM_EVENTS[0], NUM_EVENTS[1] + 1))
        events = _draw_shapes(duration, num_events, generator)
        distractors = [
            _draw_shapes(duration, 1, generator, colored=False)[0]
            for _ in range(self.settings.num_distractors)]
        ground = tuple(generator.integers(10, 60, 3).tolist())
        questions = tuple(
            _question(video_id, str(index), event, events, duration,
                      generator) for index, event in enumerate(events))
        return RenderedVideo(video_id, duration, ground,
                             (*distractors, *events), questions)


def _draw_shapes(duration: int, number: int, generator: np.random.Generator,
                 colored: bool = True) -> list[MovingShape]:
    """Draw shapes of different kinds and colors that follow each other."""
    kinds = generator.choice(SHAPES, number, replace=False)
    colors = generator.choice(NAMES['color'], number, replace=False)
    shapes = []
    for kind, color, span in zip(kinds, colors,
                                  draw_spans(duration, number, generator)):
        ends = generator.uniform(0.3, 0.7, 2).tolist()
        path = ((0.3, ends[0]), (0.7, ends[1]))
        if generator.random() < 0.5:
            path = path[::-1]
        shapes.append(MovingShape(
            str(kind), str(color) if colored else '', span, path))
    return shapes


def _question(video_id: str, qid: str, event: MovingShape,
              events: list[MovingShape], duration: int,
              generator: np.random.Generator) -> VideoQuestion:
    """Ask for the color of a shape, or for the shape of a color."""
    asked = 'color' if generator.random() < 0.5 else 'shape'
    offered = [getattr(other, asked) for other in events]
    others = [name for name in NAMES[asked] if name not in offered]
    offered += generator.choice(
        others, NUM_CHOICES - len(offered), replace=False).tolist()
    choices = tuple(map(str, generator.permutation(offered)))
    text = TEMPLATES[asked].format(shape=event.shape, color=event.color)
    return VideoQuestion(
        video_id, qid, text, choices, choices.index(getattr(event, asked)),
        asked, (event.span, ), float(duration))
