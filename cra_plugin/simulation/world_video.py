"""What happens in a generated video, and where."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from cra_plugin.simulation.vocabulary import ACTORS, ANSWERS, OBJECTS
from cra_plugin.structures.video_question import Span, VideoQuestion

# As fractions of the duration.
EVENT_LENGTH = (0.08, 0.3)
LONGEST_TOTAL = 0.8
SHORTEST_GAP = 0.02


@dataclass(frozen=True)
class WorldEvent:
    """Somebody does something somewhere.

    Attributes:
        actor (str): Who.
        object (str): Where.
        answer (str): What is done.
        span (Span): When, as (start, end) in seconds.
    """

    actor: str
    object: str
    answer: str
    span: Span


@dataclass(frozen=True)
class WorldVideo:
    """A generated video: events in order of time, a shot and a question each.

    Attributes:
        video_id (str): Identifier of the video.
        duration (int): Seconds.
        frame_times (np.ndarray): (T,) seconds.
        events (tuple[WorldEvent, ...]): The E events; they do not overlap.
        questions (tuple[VideoQuestion, ...]): Question e asks for the answer
            of event e.
        scenes (tuple[int, ...]): The scene of each shot, as the place of the
            answer that it favors in ``vocabulary.ANSWERS``.
    """

    video_id: str
    duration: int
    frame_times: np.ndarray
    events: tuple[WorldEvent, ...]
    questions: tuple[VideoQuestion, ...]
    scenes: tuple[int, ...]

    @property
    def shots(self) -> tuple[Span, ...]:
        """(start, end) in seconds of the shots: cuts halve the gaps."""
        spans = [event.span for event in self.events]
        cuts = [(before[1] + after[0]) / 2
                for before, after in itertools.pairwise(spans)]
        return tuple(zip([-np.inf, *cuts], [*cuts, np.inf]))


def draw_spans(duration: float, num_events: int,
               generator: np.random.Generator) -> list[Span]:
    """Draw spans of random lengths in order, with gaps around them.

    Args:
        duration (float): Duration of the video in seconds.
        num_events (int): Number of spans.
        generator (np.random.Generator): Source of randomness.

    Returns:
        list[Span]: (start, end) in seconds, rounded to 0.1 s.
    """
    lengths = generator.uniform(*EVENT_LENGTH, num_events)
    while lengths.sum() > LONGEST_TOTAL:
        lengths = generator.uniform(*EVENT_LENGTH, num_events)
    spare = 1 - lengths.sum() - SHORTEST_GAP * (num_events + 1)
    gaps = SHORTEST_GAP + spare * generator.dirichlet(np.ones(num_events + 1))
    starts = np.cumsum(gaps[:-1]) + np.cumsum(lengths) - lengths
    return [(round(float(start) * duration, 1),
             round(float(start + length) * duration, 1))
            for start, length in zip(starts, lengths)]


def draw_events(duration: float, num_events: int,
                generator: np.random.Generator) -> tuple[WorldEvent, ...]:
    """Draw events that no two of share actor and object, or the answer.

    Args:
        duration (float): Duration of the video in seconds.
        num_events (int): Number of events.
        generator (np.random.Generator): Source of randomness.

    Returns:
        tuple[WorldEvent, ...]: The events in order of time.
    """
    spans = draw_spans(duration, num_events, generator)
    places = generator.choice(
        len(ACTORS) * len(OBJECTS), num_events, replace=False)
    answers = generator.choice(ANSWERS, num_events, replace=False)
    return tuple(
        WorldEvent(ACTORS[place // len(OBJECTS)],
                   OBJECTS[place % len(OBJECTS)], str(answer), span)
        for place, answer, span in zip(places, answers, spans))
