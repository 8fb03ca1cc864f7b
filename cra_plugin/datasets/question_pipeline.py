"""The pipeline of a dataset in two parts: the video's, and the question's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from mmengine.dataset import Compose

from cra_plugin.datasets.transforms.frame_folder_init import FrameFolderInit
from cra_plugin.datasets.transforms.sample_feature_frames import (
    SampleFeatureFrames,
)
from cra_plugin.datasets.transforms.video_decode import VideoDecode
from cra_plugin.datasets.transforms.video_init import VideoInit
from cra_plugin.datasets.video_pipeline import run_on_video
from cra_plugin.structures.video_question import VideoQuestion


class QuestionPipeline:
    """Transforms whose video part is run once for many questions.

    Those that read the question say so by an attribute ``reads_question``;
    all others are the video's, whatever their order.

    Args:
        transforms (Sequence[dict | Callable]): The pipeline of a dataset.

    Attributes:
        samples_frames (int, optional): How many are sampled of the frames
            of features; None where the pipeline starts from pixels.
        video_steps (str): The video's part in words.
        reads_by_time (bool): Pixels are read by :class:`VideoInit`, hence
            from anything that is a ``VideoReader``.
    """

    def __init__(
            self, transforms: Sequence[dict[str, Any] | Callable[..., Any]]
    ) -> None:
        steps = Compose(transforms).transforms
        self._of_question = [
            step for step in steps if getattr(step, 'reads_question', False)]
        self._of_video = [
            step for step in steps if step not in self._of_question]
        self.reads_by_time = any(
            isinstance(step, VideoDecode) for step in self._of_video)
        self.video_steps = ', '.join(map(repr, self._of_video))
        self.samples_frames = next(
            (step.num_frames for step in self._of_video
             if isinstance(step, SampleFeatureFrames)), None)

    def video(self, fields: dict[str, Any]) -> dict[str, Any]:
        """Run the video's part.

        Args:
            fields (dict[str, Any]): ``frames`` and ``frame_times``; or
                ``filename``, and where the video is open already
                ``video_reader`` and ``video_file``.

        Returns:
            dict[str, Any]: ``frames`` or ``imgs``, and ``frame_times``.

        Raises:
            InputError: If the video cannot be read.
        """
        steps = [
            step for step in self._of_video if not (
                'video_reader' in fields
                and isinstance(step, (VideoInit, FrameFolderInit)))
        ]
        fields = dict(fields, rng=np.random.default_rng(0))
        if 'filename' in fields:
            fields = run_on_video(steps, fields)
        else:
            fields = Compose(steps)(fields) or {}
        return fields

    def question(self, asked: VideoQuestion,
                 video: dict[str, Any]) -> dict[str, Any]:
        """Run the question's part.

        Args:
            asked (VideoQuestion): The question; it may have no choices.
            video (dict[str, Any]): ``frame_states``, ``frames`` or ``imgs``
                of its video, and ``frame_times``.

        Returns:
            dict[str, Any]: ``inputs`` and ``data_samples``, as the model's
            data preprocessor takes them.
        """
        fields = dict(
            video, question_info=asked, video_id=asked.video_id,
            question=asked.question, choices=list(asked.choices),
            gt_answer=asked.answer)
        if not asked.choices:
            fields['candidate_questions'] = [asked.question]
        return Compose(self._of_question)(fields) or {}
