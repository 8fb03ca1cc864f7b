"""Pack a sample into what the model takes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import torch
from mmcv.transforms import BaseTransform
from torch import Tensor

from cra_plugin.datasets.transforms.required_keys import require_keys
from cra_plugin.errors import InputError
from cra_plugin.registry import TRANSFORMS
from cra_plugin.structures.video_qg_data_sample import VideoQGDataSample
from cra_plugin.structures.video_question import VideoQuestion


@TRANSFORMS.register_module()
class PackVideoQGInputs(BaseTransform):
    """Pack tensors as ``inputs`` and the rest as a data sample.

    ``inputs`` holds ``frames`` (T, D) float32, or ``frame_states`` where the
    video was encoded before, or ``video`` where mmaction2's transforms left
    ``imgs``, in either format of its ``FormatShape``: frames
    (N, C, H, W) or clips (M, C, T, H, W); ``choice_tokens`` (M, L) int64 and
    ``choice_mask`` (M, L) bool, and in training ``question_tokens`` and
    ``question_mask`` (K, L). ``data_samples`` is a
    :class:`VideoQGDataSample` with the question and choices as shown.

    Required keys: those, ``frame_times``, ``question_info``, ``question``,
    ``choices`` and ``gt_answer``.
    """

    reads_question = True

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Pack a sample.

        Args:
            results (dict): The sample.

        Returns:
            dict: ``{'inputs': dict[str, Tensor], 'data_samples': sample}``.

        Raises:
            InputError: If a key is missing, or a video has not one frame or
                clip for each of ``frame_times``.
        """
        keys = ['choice_tokens', 'choice_mask']
        if 'frame_states' in results:
            keys.insert(0, 'frame_states')
        elif 'imgs' not in results:
            keys.insert(0, 'frames')
        if 'candidate_questions' in results:
            keys += ['question_tokens', 'question_mask']
        require_keys(results, self, *keys, 'frame_times', 'question_info',
                     'question', 'choices', 'gt_answer')
        sample = self.data_sample(results)
        inputs = {key: torch.from_numpy(results[key]) for key in keys}
        if 'imgs' in results:
            inputs['video'] = torch.from_numpy(results['imgs'])
            _check_times(inputs['video'], len(results['frame_times']))
        return {'inputs': inputs, 'data_samples': sample}

    def data_sample(self, results: dict[str, Any]) -> VideoQGDataSample:
        """Pack all but the inputs.

        Args:
            results (dict): The sample.

        Returns:
            VideoQGDataSample: The question as shown.
        """
        asked: VideoQuestion = results['question_info']
        shown = (results['question'], tuple(results['choices']),
                 results['gt_answer'])
        if shown != (asked.question, asked.choices, asked.answer):
            asked = replace(asked, **dict(zip(
                ('question', 'choices', 'answer'), shown)))
        return VideoQGDataSample.from_question(
            asked, results['frame_times'], results.get('gt_question'))


def _check_times(video: Tensor, num_times: int) -> None:
    """Refuse several crops of a frame, and what has no time."""
    clips = len(video)
    frames = clips * (video.shape[2] if video.ndim == 5 else 1)
    if num_times not in (frames, clips):
        raise InputError(
            'the pipeline at PackVideoQGInputs',
            f'{frames} frames and {num_times} frame_times',
            'a time for each frame, or each clip', 'crop each frame once, '
            'and put cra_plugin.AddFrameTimes after the sampling')
