"""Every knob of a generated world."""

from __future__ import annotations

from dataclasses import dataclass

from cra_plugin.utils.setting_ranges import check_ranges

# The place of a split is in the ids of its videos: new ones come last.
SPLITS = ('train', 'val', 'test', 'test_ood', 'test_neutral')


@dataclass(frozen=True)
class WorldSettings:
    """How a generated world looks.

    A strength is the standard deviation, in each of the D dimensions, of
    what it scales.

    Attributes:
        train_videos (int): Videos of the train split. Defaults to 600.
        val_videos (int): Videos of the val split. Defaults to 100.
        test_videos (int): Videos of the test split. Defaults to 200.
        test_ood_videos (int): Videos of the out-of-distribution test split.
            Defaults to 200.
        test_neutral_videos (int): Videos of the test split whose cues and
            scenes tell nothing. Defaults to 200.
        language_bias (float): Fraction of questions whose cue word is the
            one of the right answer or, in ``test_ood``, of a wrong choice;
            the other questions draw any cue. Defaults to 0.55.
        visual_bias (float): Fraction of events whose scene is the one of
            their answer or, in ``test_ood``, of a wrong choice; the other
            events draw any scene. Defaults to 0.55.
        feature_dim (int): Number of dimensions D of a frame. Defaults to 64.
        num_frames (int): Frames T of a video. Defaults to 32.
        event_strength (float): Of an event's actor, object and answer each.
            Defaults to 0.5.
        scene_strength (float): Of a scene. Defaults to 0.7.
        distractor_strength (float): Of the actor, object and answer of a
            distractor each. Defaults to 0.3.
        num_distractors (int): Distractors of a video: events nobody asks
            about, in random spans. Defaults to 2.
        noise_strength (float): Of the noise of each frame. Defaults to 0.7.
        seed (int): Seed of the world. Defaults to 0.
    """

    train_videos: int = 600
    val_videos: int = 100
    test_videos: int = 200
    test_ood_videos: int = 200
    test_neutral_videos: int = 200
    language_bias: float = 0.55
    visual_bias: float = 0.55
    feature_dim: int = 64
    num_frames: int = 32
    event_strength: float = 0.5
    scene_strength: float = 0.7
    distractor_strength: float = 0.3
    num_distractors: int = 2
    noise_strength: float = 0.7
    seed: int = 0

    def __post_init__(self) -> None:
        check_ranges(
            self, {
                **{f'{split}_videos': 1
                   for split in SPLITS}, 'feature_dim': 1,
                'num_frames': 1
            }, dict(language_bias=1, visual_bias=1))

    def num_videos(self, split: str) -> int:
        """Return how many videos a split has."""
        return int(getattr(self, f'{split}_videos'))
