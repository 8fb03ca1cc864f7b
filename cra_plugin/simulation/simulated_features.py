"""Frame features that show what real annotations say of real videos."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from cra_plugin.errors import InputError
from cra_plugin.simulation.frames import (
    VisibleEvent,
    compose_frames,
    video_generator,
)
from cra_plugin.simulation.word_vectors import (
    text_vector,
    word_vector,
)
from cra_plugin.spans.frame_sampling import resolve_frame_times
from cra_plugin.structures.video_question import VideoQuestion
from cra_plugin.utils.counted import counted
from cra_plugin.utils.setting_ranges import check_ranges


@dataclass(frozen=True)
class FeatureSettings:
    """How simulated features look.

    A strength is the standard deviation, in each of the D dimensions, of
    what it scales.

    Attributes:
        feature_dim (int): Number of dimensions D. Defaults to 768.
        num_frames (int): Frames T of a video. Defaults to 32.
        event_strength (float): Of the event of each question, within its
            spans. Defaults to 1.0.
        scene_strength (float): Of the scene, throughout the video. Defaults
            to 1.0.
        distractor_strength (float): Of each distractor, an event of another
            video in a random span. Defaults to 1.0.
        num_distractors (int): Distractors of a video. Defaults to 4.
        noise_strength (float): Of the noise of each frame. Defaults to 1.0.
        num_scenes (int): Scenes that the videos share. Defaults to 32.
        seed (int): Seed of scenes, distractors and noise. The vectors of
            words and scenes do not depend on it. Defaults to 0.
    """

    feature_dim: int = 768
    num_frames: int = 32
    event_strength: float = 1.0
    scene_strength: float = 1.0
    distractor_strength: float = 1.0
    num_distractors: int = 4
    noise_strength: float = 1.0
    num_scenes: int = 32
    seed: int = 0

    def __post_init__(self) -> None:
        check_ranges(self, dict(feature_dim=1, num_frames=1, num_scenes=1))


class SimulatedFeatures:
    """Simulated frame features of annotated videos, made one by one.

    A frame is the sum of the events whose spans cover its time, the scene of
    its video, distractors and noise. The features of a video depend on the
    settings, on its id and on the set of questions, never on their order.

    Args:
        questions (Sequence[VideoQuestion]): Annotated questions; those with
            spans become events.
        frame_times (Mapping[str, np.ndarray]): (T,) seconds of the frames of
            each video. A video without, or with another T, is sampled at
            the centers of T equal clips.
        settings (FeatureSettings): How the features look.
        look (Callable): A text and D to what it looks like, (D,). Defaults
            to :func:`~cra_plugin.simulation.word_vectors.text_vector`, a sum
            of random words.

    Raises:
        InputError: If no question has a span and an answer, or if a video
            has neither frame times nor a duration.
    """

    def __init__(self, questions: Sequence[VideoQuestion],
                 frame_times: Mapping[str, np.ndarray],
                 settings: FeatureSettings,
                 look: Callable[[str, int], np.ndarray] = text_vector) -> None:
        self.settings = settings
        self.look = look
        self.frame_times = frame_times
        self._videos: dict[str, list[VideoQuestion]] = defaultdict(list)
        for question in sorted(questions, key=lambda one: one.key):
            self._videos[question.video_id].append(question)
        self._grounded = [
            question for group in self._videos.values() for question in group
            if question.spans and question.answer is not None
        ]
        if not self._grounded:
            raise InputError(
                'annotations',
                f'{counted(len(questions), "question")} without a span and '
                'an answer', 'annotated spans, which the features show',
                'simulate a split that has them, such as val or test')

    def questions(self, video_id: str) -> tuple[VideoQuestion, ...]:
        """Return the questions about a video, sorted by their keys."""
        return tuple(self._videos[video_id])

    @property
    def video_ids(self) -> tuple[str, ...]:
        """Ids of the videos, sorted."""
        return tuple(sorted(self._videos))

    def __len__(self) -> int:
        return len(self._videos)

    def __iter__(self) -> Iterator[tuple[str, np.ndarray]]:
        for video_id in self.video_ids:
            yield video_id, self.frames(video_id)

    def times(self, video_id: str) -> np.ndarray:
        """Return the times of a video's frames, (T,) seconds."""
        num_frames = self.settings.num_frames
        times = self.frame_times.get(video_id)
        if times is not None and len(times) != num_frames:
            times = None
        duration = self._videos[video_id][0].duration
        if times is None and duration is None:
            raise InputError(
                f'video {video_id}', 'no duration and no '
                f'{num_frames} frame times', 'one of the two')
        return resolve_frame_times(times, num_frames, duration)

    def frames(self, video_id: str) -> np.ndarray:
        """Return the frame features of a video, (T, D) float32."""
        settings = self.settings
        times = self.times(video_id)
        generator = video_generator(settings.seed, video_id, 'frames')
        scene = generator.integers(settings.num_scenes)
        everywhere = ((-np.inf, np.inf), )
        events = [
            VisibleEvent(
                settings.scene_strength *
                word_vector(f'scene {scene}', settings.feature_dim),
                everywhere)
        ]
        events += [
            VisibleEvent(
                settings.event_strength * self._event_vector(question),
                question.spans) for question in self._videos[video_id]
            if question.spans and question.answer is not None
        ]
        events += self._distractors(video_id, times, generator)
        return compose_frames(times, events, settings.noise_strength,
                              settings.feature_dim, generator)

    def _event_vector(self, question: VideoQuestion) -> np.ndarray:
        """Return what a question and its answer look like, (D,).

        Each makes up half, however many words it has.
        """
        assert question.answer is not None
        feature_dim = self.settings.feature_dim
        both = (self.look(question.question, feature_dim) +
                self.look(question.choices[question.answer], feature_dim))
        vector: np.ndarray = both / np.float32(2**0.5)
        return vector

    def _distractors(self, video_id: str, times: np.ndarray,
                     generator: np.random.Generator) -> list[VisibleEvent]:
        """Draw events of other videos, in spans of 5 to 30 % of this one."""
        others = [
            question for question in self._grounded
            if question.video_id != video_id
        ]
        first, last = times[0], times[-1]
        events = []
        for _ in range(self.settings.num_distractors if others else 0):
            other = others[generator.integers(len(others))]
            length = generator.uniform(0.05, 0.3) * (last - first)
            start = generator.uniform(first, last - length)
            events.append(
                VisibleEvent(
                    self.settings.distractor_strength *
                    self._event_vector(other), ((start, start + length), )))
        return events
