"""Give the encoded training videos as a feature store."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from mmengine.dataset import pseudo_collate
from torch import nn


class EncodedVideos:
    """Encodes a video when its features are asked for.

    The frames are those that the training pipeline samples for the first
    question about the video.

    Args:
        model (nn.Module): A grounder, with ``data_preprocessor`` and
            ``video_encoder``.
        dataset (Any): A dataset of raw videos.

    Attributes:
        path (str): Where the features come from, for messages.
        num_frames (int): Steps T of a video.
        feature_dim (int): Width D.
    """

    path = 'the outputs of model.video_encoder'

    def __init__(self, model: nn.Module, dataset: Any) -> None:
        self._model = model
        self._dataset = dataset
        self._first: dict[str, int] = {}
        for index in range(len(dataset)):
            question = dataset.get_data_info(index)['question_info']
            self._first.setdefault(question.video_id, index)
        some_video = next(iter(self._first))
        self.num_frames, self.feature_dim = self[some_video].shape

    @torch.no_grad()
    def __getitem__(self, video_id: str) -> np.ndarray:
        """Encode a video.

        Args:
            video_id (str): Identifier of the video.

        Returns:
            np.ndarray: (T, D) float32.
        """
        model: Any = self._model
        batch = pseudo_collate([self._dataset[self._first[video_id]]])
        video = model.data_preprocessor(batch)['inputs']['video']
        training = model.training
        model.eval()
        features = model.video_encoder(video)[0]
        model.train(training)
        frames: np.ndarray = features.float().cpu().numpy()
        return frames
