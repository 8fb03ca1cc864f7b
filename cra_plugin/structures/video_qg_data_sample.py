"""What travels with a sample: the question, the truth and the prediction."""

from __future__ import annotations

import numpy as np
from mmengine.structures import BaseDataElement

from cra_plugin.structures.video_question import VideoQuestion


class VideoQGDataSample(BaseDataElement):
    """A question with its ground truth and, after ``predict``, its answer.

    Meta information, set when the sample is packed:

    - ``question_info`` (VideoQuestion): the question as shown to the model,
      that is after paraphrasing and re-drawing; what is known of it can be
      read from the sample too
    - ``gt_question`` (int | None): index of the video's own question among
      the candidate questions, in training
    - ``frame_times`` (ndarray): (T,) seconds of the frames

    Set by the model:

    - ``pred_answer`` (int), ``pred_scores`` (Tensor): (M,) probabilities
    - ``frame_weights`` (Tensor): (T,) distribution over the frames
    - ``pred_span`` (dict[str, Span]): decoder name to (start, end) in seconds
    - ``candidate_weights`` (Tensor, (M, T)) and ``candidate_spans``
      (dict[str, list[Span]]): the same of every choice, where every choice
      is grounded
    """

    question_info: VideoQuestion
    gt_question: int | None
    frame_times: np.ndarray

    @classmethod
    def from_question(cls, question: VideoQuestion, frame_times: np.ndarray,
                      gt_question: int | None = None) -> VideoQGDataSample:
        """Carry ``question`` as it is.

        Args:
            question (VideoQuestion): The question as shown.
            frame_times (np.ndarray): (T,) times of its frames in seconds.
            gt_question (int, optional): Its index among the candidate
                questions. Defaults to None: there are none.

        Returns:
            VideoQGDataSample: A sample without predictions.
        """
        sample = cls()
        # The constructor would copy all of it, which nothing changes.
        for name, value in (('question_info', question),
                            ('gt_question', gt_question),
                            ('frame_times', frame_times)):
            sample.set_field(value, name, field_type='metainfo')
        return sample

    @property
    def key(self) -> str:
        """The key of the question in every prediction file."""
        return self.question_info.key

    @property
    def video_id(self) -> str:
        """Identifier of the video."""
        return self.question_info.video_id

    @property
    def choices(self) -> tuple[str, ...]:
        """The M choices as shown."""
        return self.question_info.choices

    @property
    def gt_answer(self) -> int | None:
        """Index of the right choice among those shown, where it is known."""
        return self.question_info.answer

    @property
    def duration(self) -> float | None:
        """Seconds of the video, where they are known."""
        return self.question_info.duration
