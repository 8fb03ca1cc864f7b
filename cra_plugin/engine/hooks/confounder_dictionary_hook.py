"""Fill the confounder dictionaries that came without a file."""

from __future__ import annotations

from typing import Any

import torch
from mmengine.dist import broadcast, is_main_process
from mmengine.hooks import Hook
from mmengine.model import is_model_wrapper
from mmengine.runner import Runner
from torch import Tensor

from cra_plugin.causal_features.clustering import check_enough_samples
from cra_plugin.causal_features.visual_clusters import cluster_frames
from cra_plugin.datasets.unwrap import unwrap_datasets
from cra_plugin.engine.hooks.encoded_videos import EncodedVideos
from cra_plugin.errors import InputError
from cra_plugin.registry import HOOKS

VISUAL_FIELDS = ('model.causal_intervention.front_door',
                 'model.debiasing.scene_reversal')
BACK_DOOR = 'model.causal_intervention.back_door'
LANGUAGE_FIELD = f'{BACK_DOOR}.dictionary'


@HOOKS.register_module()
class ConfounderDictionaryHook(Hook):
    """Cluster visual dictionaries from the training features at the start.

    A dictionary that was read from a file or a checkpoint is kept. The
    frames are seen once; tools/build_causal_features.py takes more time and
    finds better centers. Where training is from raw videos, what the video
    encoder makes of some of them is clustered, as its weights are at the
    start. For the language dictionary the hook only says that it is missing:
    its graphs need parsed questions.

    Args:
        seed (int): Seed of the clustering. Defaults to 2024.
        max_videos (int): At most so many videos are clustered. Defaults to
            4000.
        max_raw_videos (int): At most so many are encoded for it. Defaults to
            256.
    """

    # Before ResumeHook, which would blame the optimizer.
    priority = 'VERY_HIGH'

    def __init__(self,
                 seed: int = 2024,
                 max_videos: int = 4000,
                 max_raw_videos: int = 256) -> None:
        self.seed = seed
        self.max_videos = max_videos
        self.max_raw_videos = max_raw_videos

    def after_load_checkpoint(self, runner: Runner,
                              checkpoint: dict[str, Any]) -> None:
        """Refuse to resume with a language dictionary come or gone.

        With it, more weights are trained: the optimizer would not fit.

        Args:
            runner (Runner): The runner of the training.
            checkpoint (dict): What was read.
        """
        back_door = _part_of(runner, BACK_DOOR)
        key = 'causal_intervention.back_door.dictionary.filled'
        # ResumeHook, which comes later, refuses what is no dictionary.
        weights = isinstance(checkpoint, dict) and checkpoint.get('state_dict')
        filled = weights.get(key) if isinstance(weights, dict) else None
        if not (runner._resume and back_door and isinstance(filled, Tensor)
                and filled.numel() == 1):
            return
        here = back_door.dictionary.is_filled
        if back_door.applied and bool(filled) != here:
            words = {True: 'a dictionary', False: 'no dictionary'}
            raise InputError(
                LANGUAGE_FIELD, words[here], f'{words[not here]}, as in the '
                'checkpoint that is resumed', f'set {LANGUAGE_FIELD} as it '
                'was, or load the weights alone by load_from')

    def before_train(self, runner: Runner) -> None:
        """Look for dictionaries that are still random.

        Args:
            runner (Runner): The runner of the training.
        """
        back_door = _part_of(runner, BACK_DOOR)
        for field in VISUAL_FIELDS:
            part = _part_of(runner, field)
            if part and not part.dictionary.is_filled:
                self._fill(part.dictionary, field, runner)
        if back_door and back_door.applied:
            self._check_language(back_door, runner)
        for field in (*VISUAL_FIELDS, BACK_DOOR):
            part = _part_of(runner, field)
            if part and part.dictionary.provenance:
                runner.logger.info(f'{field}.dictionary: '
                                   f'{part.dictionary.provenance}')

    def _check_language(self, back_door: Any, runner: Runner) -> None:
        """Say that the dictionary is missing, or came only with weights."""
        if not back_door.dictionary.is_filled:
            runner.logger.warning(
                'No language dictionary: the back-door intervention does '
                f'nothing. Set {LANGUAGE_FIELD} to a file of '
                'tools/build_causal_features.py language.')
        elif not back_door.query_projection.weight.requires_grad:
            raise InputError(
                LANGUAGE_FIELD,
                'no file, while the checkpoint has the dictionary',
                'the file of the dictionary', f'set {LANGUAGE_FIELD} to the '
                'file that the checkpoint was trained with')

    def _fill(self, dictionary: Any, field: str, runner: Runner) -> None:
        """Cluster on the main process and tell the others."""
        dataset = next(unwrap_datasets(runner.train_dataloader.dataset))
        store = getattr(dataset, 'feature_store', None)
        most = self.max_videos
        if store is None:
            store, most = _encoded(dataset, field, runner), self.max_raw_videos
        _check_width(store, dictionary.centers.shape[-1])
        video_ids = sorted(dataset.video_ids())[:most]
        centers = dictionary.centers.detach().clone()
        # Every process checks, lest the others wait for one that failed.
        check_enough_samples(
            len(video_ids) * store.num_frames, len(centers),
            f'--cfg-options {field}.num_clusters=', 'training frames')
        if is_main_process():
            runner.logger.info(
                f'No visual dictionary: {len(centers)} centers are clustered '
                f'from the frames of {len(video_ids)} training videos.')
            centers.copy_(
                torch.from_numpy(
                    cluster_frames(store, video_ids, len(centers),
                                   self.seed, passes=1)))
        broadcast(centers)
        dictionary.fill(centers, source=str(store.path))


def _unwrapped(runner: Runner) -> Any:
    """Give the model without what distributes it."""
    model = runner.model
    return model.module if is_model_wrapper(model) else model


def _encoded(dataset: Any, field: str, runner: Runner) -> EncodedVideos:
    """Encode raw videos instead of reading features."""
    if getattr(dataset, 'video_folder', None) is None:
        raise InputError(
            f'{field}.dictionary', 'no file, and a training set without '
            'features or videos', 'a file of visual centers',
            'build it with tools/build_causal_features.py visual')
    return EncodedVideos(_unwrapped(runner), dataset)


def _part_of(runner: Runner, field: str) -> Any:
    """Find the part of the model that a field describes, if any."""
    part: Any = _unwrapped(runner)
    for name in field.split('.')[1:]:
        part = getattr(part, name, None)
    return part


def _check_width(store: Any, width: int) -> None:
    """Refuse frame features of another width than the model's."""
    if store.feature_dim != width:
        raise InputError(
            'model.video_encoder.out_dim',
            f'{width}, while {store.path} has features of width '
            f'{store.feature_dim}', 'the width of the features',
            'set --cfg-options model.video_encoder.out_dim='
            f'{store.feature_dim}, or read other features')
