"""From a sample to what the model takes."""

from __future__ import annotations

import torch
from mmcv.transforms import BaseTransform

from cra_plugin.datasets.transforms.required_keys import require_keys
from cra_plugin.registry import TRANSFORMS
from cra_plugin.structures.video_qg_data_sample import VideoQGDataSample


@TRANSFORMS.register_module()
class PackVideoQGInputs(BaseTransform):
    """Pack tensors as ``inputs`` and the rest as a data sample.

    ``inputs`` holds ``frames`` (T, D) float32, ``choice_tokens`` (M, L) int64
    and ``choice_mask`` (M, L) bool, and in training ``question_tokens`` and
    ``question_mask`` (K, L). ``data_samples`` is a
    :class:`VideoQGDataSample` with the question and choices as shown.

    Required keys: those, ``frame_times``, ``question_info``, ``question``,
    ``choices`` and ``gt_answer``.
    """

    def transform(self, results: dict) -> dict:
        """Pack a sample.

        Args:
            results (dict): The sample.

        Returns:
            dict: ``{'inputs': dict[str, Tensor], 'data_samples': sample}``.
        """
        keys = ['frames', 'choice_tokens', 'choice_mask']
        if 'candidate_questions' in results:
            keys += ['question_tokens', 'question_mask']
        require_keys(results, self, *keys, 'frame_times', 'question_info',
                     'question', 'choices', 'gt_answer')
        sample = VideoQGDataSample.from_question(results['question_info'],
                                                 results['frame_times'])
        sample.set_metainfo(
            {
                'question': results['question'],
                'choices': tuple(results['choices']),
                'gt_answer': results['gt_answer'],
                'gt_question': results.get('gt_question')})
        inputs = {key: torch.from_numpy(results[key]) for key in keys}
        return {'inputs': inputs, 'data_samples': sample}
