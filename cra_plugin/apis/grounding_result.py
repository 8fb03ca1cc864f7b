"""What is answered to one question about one video."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from cra_plugin.structures.grounded_answer import GroundedAnswer
from cra_plugin.structures.video_qg_data_sample import VideoQGDataSample
from cra_plugin.structures.video_question import Span

# Of seconds that are written down.
DECIMALS = 3


@dataclass(frozen=True, eq=False)
class GroundingResult:
    """An answer and the seconds that show it.

    Attributes:
        question (str): The question.
        choices (tuple[str, ...]): The M choices; empty where there were none
            and the question was only grounded.
        answer (str, optional): The chosen text; None without choices.
        answer_index (int, optional): Its index; None without choices.
        probabilities (tuple[float, ...]): (M,) of the choices, adding up to
            1.
        spans (dict[str, Span]): Decoder name to (start, end) in seconds, in
            the order of the config.
        frame_weights (np.ndarray): (T,), a distribution over the frames.
        frame_times (np.ndarray): (T,) seconds.
        duration (float, optional): Seconds of the video.
        decoder (str): The main decoder.
        data_sample (VideoQGDataSample): The same as ``predict`` gives it.
    """

    question: str
    choices: tuple[str, ...]
    answer: str | None
    answer_index: int | None
    probabilities: tuple[float, ...]
    spans: dict[str, Span]
    frame_weights: np.ndarray
    frame_times: np.ndarray
    duration: float | None
    decoder: str
    data_sample: VideoQGDataSample

    @classmethod
    def from_sample(cls, sample: Any, decoder: str) -> GroundingResult:
        """Read a data sample with predictions.

        Args:
            sample (VideoQGDataSample): What ``predict`` returned.
            decoder (str): The main decoder.

        Returns:
            GroundingResult: The same in plain numbers and arrays.
        """
        choices = tuple(sample.choices)
        index = int(sample.pred_answer) if choices else None
        return cls(
            question=sample.question_info.question,
            choices=choices,
            answer=None if index is None else choices[index],
            answer_index=index,
            probabilities=tuple(sample.pred_scores.tolist()) if choices else (
                ),
            spans={name: (float(start), float(end))
                   for name, (start, end) in sample.pred_span.items()},
            frame_weights=sample.frame_weights.numpy(),
            frame_times=np.asarray(sample.frame_times, dtype=float),
            duration=sample.duration,
            decoder=decoder,
            data_sample=sample)

    @property
    def span(self) -> Span:
        """The span of the main decoder, in seconds."""
        return self.spans[self.decoder]

    def as_answer(self) -> GroundedAnswer:
        """Give what pictures are drawn of.

        Returns:
            GroundedAnswer: The same, without a ground truth.
        """
        sample = self.data_sample
        every = sample.get('candidate_weights') if self.choices else None
        spans = sample.get('candidate_spans', {}).get(self.decoder, ())
        return GroundedAnswer(
            sample.question_info, self.frame_times, self.frame_weights,
            scores=np.array(self.probabilities) if self.choices else None,
            spans=self.spans,
            predicted=-1 if self.answer_index is None else self.answer_index,
            candidate_weights=None if every is None else every.numpy(),
            candidate_spans=() if every is None else tuple(spans))

    def to_dict(self) -> dict[str, Any]:
        """Give what JSON can hold.

        Returns:
            dict[str, Any]: All but the data sample.
        """
        return dict(
            question=self.question, choices=list(self.choices),
            answer=self.answer, answer_index=self.answer_index,
            probabilities=list(self.probabilities),
            spans={name: [round(each, DECIMALS) for each in span]
                   for name, span in self.spans.items()},
            frame_times=self.frame_times.round(DECIMALS).tolist(),
            frame_weights=self.frame_weights.tolist(),
            duration=self.duration, decoder=self.decoder)
