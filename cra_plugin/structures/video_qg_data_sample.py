"""What travels with a sample: the question, the truth and the prediction."""

from __future__ import annotations

import numpy as np
from mmengine.structures import BaseDataElement

from cra_plugin.structures.video_question import VideoQuestion


class VideoQGDataSample(BaseDataElement):
    """A question with its ground truth and, after ``predict``, its answer.

    Meta information, set when the sample is packed:

    - ``key``, ``video_id``, ``qid``, ``type`` (str)
    - ``question`` (str) and ``choices`` (tuple[str, ...]) as shown to the
      model, that is after paraphrasing and re-drawing
    - ``gt_answer`` (int | None): index of the right choice
    - ``gt_question`` (int | None): index of the video's own question among
      the candidate questions, in training
    - ``gt_spans`` (tuple[Span, ...]): (start, end) in seconds
    - ``duration`` (float | None): seconds
    - ``frame_times`` (ndarray): (T,) seconds of the frames

    Set by the model:

    - ``pred_answer`` (int), ``pred_scores`` (Tensor): (M,) probabilities
    - ``frame_weights`` (Tensor): (T,) distribution over the frames
    - ``pred_span`` (dict[str, Span]): decoder name to (start, end) in seconds
    """

    @classmethod
    def from_question(cls, question: VideoQuestion,
                      frame_times: np.ndarray) -> VideoQGDataSample:
        """Describe ``question`` as it was annotated.

        Args:
            question (VideoQuestion): The annotated question.
            frame_times (np.ndarray): (T,) times of its frames in seconds.

        Returns:
            VideoQGDataSample: A sample without predictions.
        """
        return cls(
            metainfo=dict(
                key=question.key,
                video_id=question.video_id,
                qid=question.qid,
                type=question.type,
                question=question.question,
                choices=question.choices,
                gt_answer=question.answer,
                gt_question=None,
                gt_spans=question.spans,
                duration=question.duration,
                frame_times=frame_times))
