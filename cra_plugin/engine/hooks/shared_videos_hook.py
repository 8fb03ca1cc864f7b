"""Warn where a model is measured on videos that it was trained on."""

from __future__ import annotations

from typing import Any

from mmengine.hooks import Hook
from mmengine.runner import Runner

from cra_plugin.datasets.dataset_questions import dataset_videos
from cra_plugin.registry import HOOKS
from cra_plugin.utils.key_warning import name_keys

# In the meta data of a checkpoint: the videos of all trainings before it.
TRAIN_VIDEOS = 'train_videos'


@HOOKS.register_module()
class SharedVideosHook(Hook):
    """Compares the videos of training with those of validation and test.

    Checkpoints hold the names of the videos that the model was trained on,
    so that a later test knows them, whatever its config says of training.
    """

    def __init__(self) -> None:
        self._trained: dict[str, None] = {}

    def after_load_checkpoint(self, runner: Runner,
                              checkpoint: dict[str, Any]) -> None:
        """Note the videos of earlier trainings.

        Args:
            runner (Runner): Not used.
            checkpoint (dict): What was loaded.
        """
        meta = checkpoint.get('meta')
        videos = meta.get(TRAIN_VIDEOS) if isinstance(meta, dict) else None
        if isinstance(videos, list) and all(
                isinstance(video, str) for video in videos):
            self._trained.update(dict.fromkeys(videos))

    def before_train(self, runner: Runner) -> None:
        """Compare the training split with the validation split.

        Args:
            runner (Runner): The runner of the training.
        """
        self._trained.update(_videos(runner.train_dataloader.dataset))
        if runner.val_loop is not None:
            self._warn(runner, runner.val_dataloader.dataset, 'validated')

    def before_test(self, runner: Runner) -> None:
        """Compare what the model was trained on with the test split.

        Args:
            runner (Runner): The runner of the test.
        """
        self._warn(runner, runner.test_dataloader.dataset, 'tested')

    def before_save_checkpoint(self, runner: Runner,
                               checkpoint: dict[str, Any]) -> None:
        """Tell later tests the videos.

        Args:
            runner (Runner): Not used.
            checkpoint (dict): What is saved; changed in place.
        """
        checkpoint['meta'][TRAIN_VIDEOS] = list(self._trained)

    def _warn(self, runner: Runner, dataset: Any, verb: str) -> None:
        """Name the videos that both have."""
        videos = list(_videos(dataset))
        shared = [video for video in videos if video in self._trained]
        if shared:
            place = getattr(dataset, 'ann_file', '') or 'the data set'
            runner.logger.warning(
                f'The model was trained on {len(shared)} of the '
                f'{len(videos)} videos of {place}{name_keys(shared)}, on '
                f'which it is {verb}: the figures do not say how it does on '
                'new videos.')


def _videos(dataset: Any) -> dict[str, None]:
    """The videos of a dataset, each once, in the order of the questions."""
    return dict.fromkeys(dataset_videos(dataset))
