"""Predictions joined with the questions that they answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from cra_plugin.evaluation.coverage import Coverage
from cra_plugin.evaluation.prediction_set import PredictionSet
from cra_plugin.evaluation.report import build_report
from cra_plugin.structures.video_question import VideoQuestion


@dataclass(frozen=True)
class JoinedPredictions:
    """What was asked, what is right, and what was predicted.

    Attributes:
        coverage (Coverage): The N questions to evaluate, and how many lack
            predictions.
        predicted (PredictionSet): What the files say, by the keys of
            questions.
        answers (np.ndarray, optional): (N,) predicted choices, -1 where
            there is none; None where no answers are predicted.
        spans (Mapping[str, np.ndarray]): Decoder to (N, 2) spans in seconds,
            NaN where missing, or (N, S, 2) that count together.
        decoder (str): The main decoder.
        frame_times (Mapping[str, np.ndarray]): Video to the (T,) seconds of
            its frames, where they are annotated.
        num_unparsed (int): Questions whose answer could not be read off the
            model's output.
    """

    coverage: Coverage
    predicted: PredictionSet
    answers: np.ndarray | None
    spans: Mapping[str, np.ndarray]
    decoder: str
    frame_times: Mapping[str, np.ndarray]
    num_unparsed: int

    @property
    def questions(self) -> list[VideoQuestion]:
        """The N questions to evaluate."""
        return self.coverage.questions

    def report(self) -> dict[str, Any]:
        """Evaluate the predictions.

        Returns:
            dict[str, Any]: See
            :func:`~cra_plugin.evaluation.report.build_report`.
        """
        return build_report(
            self.questions, self.answers, self.spans, self.decoder,
            self.coverage.num_missing, self.coverage.num_unknown,
            self.num_unparsed)
