"""A generated world that can only be answered by looking at the right time."""

from __future__ import annotations

import numpy as np

from cra_plugin.simulation.frames import (
    VisibleEvent,
    compose_frames,
    video_generator,
)
from cra_plugin.simulation.vocabulary import ANSWERS, CUES, TEMPLATES
from cra_plugin.simulation.word_vectors import (
    text_vector,
    word_vector,
)
from cra_plugin.simulation.world_settings import SPLITS, WorldSettings
from cra_plugin.simulation.world_video import (
    WorldEvent,
    WorldVideo,
    draw_events,
)
from cra_plugin.spans.frame_sampling import center_times
from cra_plugin.structures.video_question import VideoQuestion

NUM_CHOICES = 5
NUM_EVENTS = (3, 4)
SHORTEST_VIDEO, LONGEST_VIDEO = 20, 60


class GroundedWorld:
    """Videos of three or four events, each with a question about it.

    The question names an event by its actor and object and asks for the
    answer. The answers of the other events are always among the five
    choices: without telling the events apart a model can only guess which
    one is meant. Two confounders are planted:

    - *language*: each answer has a cue word, which the question holds with
      probability ``language_bias``, else any cue;
    - *vision*: each answer has a scene, in which its event takes place with
      probability ``visual_bias``, else in any scene.

    In train, val and test they agree with the right answer as often as that;
    in ``test_ood`` both are reversed: as often, cue and scene belong to a
    wrong choice instead; in ``test_neutral`` both are any. What a model loses
    from test to neutral is a hint that it lacks, and from neutral to ood what
    the hint does to it. Without bias the splits are distributed alike.
    Every video depends on the seed and its id only.

    Args:
        settings (WorldSettings, optional): How the world looks. Defaults to
            None: ``WorldSettings()``.

    Examples:
        >>> world = GroundedWorld(WorldSettings(train_videos=1))
        >>> video = world.videos('train')[0]
        >>> world.frames(video).shape
        (32, 64)
    """

    def __init__(self, settings: WorldSettings | None = None) -> None:
        self.settings = settings or WorldSettings()

    def videos(self, split: str) -> list[WorldVideo]:
        """Generate the videos of a split.

        Args:
            split (str): One of ``SPLITS``.

        Returns:
            list[WorldVideo]: The videos, with ids of digits that are unique
            in the world.
        """
        first = 1_000_000 * (1 + SPLITS.index(split))
        return [
            self._video(str(first + index), split)
            for index in range(self.settings.num_videos(split))
        ]

    def frames(self, video: WorldVideo) -> np.ndarray:
        """Return the frame features of a video, (T, D) float32."""
        settings = self.settings
        generator = video_generator(settings.seed, video.video_id, 'frames')
        visible = [
            VisibleEvent(settings.event_strength * self._look(event),
                         (event.span, )) for event in video.events
        ]
        visible += [
            VisibleEvent(
                settings.scene_strength *
                word_vector(f'scene {scene}', settings.feature_dim), (shot, ))
            for scene, shot in zip(video.scenes, video.shots)
        ]
        for _ in range(settings.num_distractors):
            distractor = draw_events(video.duration, 1, generator)[0]
            visible.append(
                VisibleEvent(
                    settings.distractor_strength * self._look(distractor),
                    (distractor.span, )))
        return compose_frames(video.frame_times, visible,
                              settings.noise_strength, settings.feature_dim,
                              generator)

    def _look(self, event: WorldEvent) -> np.ndarray:
        """Return what an event looks like: (D,), the sum of its parts."""
        parts = (event.actor, event.object, event.answer)
        vector: np.ndarray = np.sum(
            [text_vector(part, self.settings.feature_dim) for part in parts],
            axis=0)
        return vector

    def _video(self, video_id: str, split: str) -> WorldVideo:
        """Generate one video of a split."""
        language, visual = (
            (0., 0.) if split == 'test_neutral' else
            (self.settings.language_bias, self.settings.visual_bias))
        reverse = split == 'test_ood'
        generator = video_generator(self.settings.seed, video_id, 'events')
        duration = int(generator.integers(SHORTEST_VIDEO, LONGEST_VIDEO + 1))
        num_events = int(generator.integers(NUM_EVENTS[0], NUM_EVENTS[1] + 1))
        events = draw_events(duration, num_events, generator)
        scenes, questions = [], []
        for index, event in enumerate(events):
            choices = self._choices(events, generator)
            cue = self._confounder(event.answer, choices, language, reverse,
                                   generator)
            scenes.append(self._confounder(event.answer, choices, visual,
                                           reverse, generator))
            template = TEMPLATES[generator.integers(len(TEMPLATES))]
            text = template.text.format(
                actor=event.actor, object=event.object, cue=CUES[cue])
            questions.append(
                VideoQuestion(video_id, str(index), text, choices,
                              choices.index(event.answer), template.type,
                              (event.span, ), float(duration)))
        times = center_times(self.settings.num_frames, duration).round(1)
        return WorldVideo(video_id, duration, times, events,
                          tuple(questions), tuple(scenes))

    @staticmethod
    def _choices(events: tuple[WorldEvent, ...],
                 generator: np.random.Generator) -> tuple[str, ...]:
        """Offer the answers of all events and fill up with others."""
        offered = [event.answer for event in events]
        others = [answer for answer in ANSWERS if answer not in offered]
        offered += list(
            generator.choice(others, NUM_CHOICES - len(offered), False))
        return tuple(map(str, generator.permutation(offered)))

    @staticmethod
    def _confounder(answer: str, choices: tuple[str, ...], bias: float,
                    reverse: bool, generator: np.random.Generator) -> int:
        """Draw the answer that a cue or scene favors, as its place."""
        if generator.random() >= bias:
            return int(generator.integers(len(ANSWERS)))
        if not reverse:
            return ANSWERS.index(answer)
        wrong = [choice for choice in choices if choice != answer]
        return ANSWERS.index(wrong[generator.integers(len(wrong))])
