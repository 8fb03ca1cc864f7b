"""Predictions joined with the questions that they answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from cra_plugin.evaluation.candidate_spans import CandidateSpans
from cra_plugin.evaluation.coverage import Coverage
from cra_plugin.evaluation.metrics import Metrics
from cra_plugin.evaluation.prediction_set import PredictionSet
from cra_plugin.evaluation.protocols.protocol import Protocol
from cra_plugin.evaluation.protocols.protocol_table import DEFAULT
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
        candidates (Mapping[str, CandidateSpans]): Decoder to all predicted
            spans.
        decoder (str): The main decoder.
        frame_times (Mapping[str, np.ndarray]): Video to the (T,) seconds of
            its frames, where they are annotated.
        num_unparsed (int): Questions whose answer could not be read off the
            model's output.
        protocol (Protocol): Tells which spans count. Defaults to
            nextgqa-all.
        protocols (Mapping[str, Metrics]): Protocol to the metrics of the main
            decoder, of those that were asked for. Defaults to {}.
    """

    coverage: Coverage
    predicted: PredictionSet
    answers: np.ndarray | None
    candidates: Mapping[str, CandidateSpans]
    decoder: str
    frame_times: Mapping[str, np.ndarray]
    num_unparsed: int
    protocol: Protocol = DEFAULT
    protocols: Mapping[str, Metrics] = field(default_factory=dict)

    @property
    def questions(self) -> list[VideoQuestion]:
        """The N questions to evaluate."""
        return self.coverage.questions

    @property
    def spans(self) -> dict[str, np.ndarray]:
        """Decoder to the spans that count, (N, 2) seconds, NaN where missing.

        (N, S, 2) where several of a question count together.
        """
        return {name: self.protocol.select(each).as_array()
                for name, each in self.candidates.items()}

    def report(self) -> dict[str, Any]:
        """Evaluate the predictions.

        Returns:
            dict[str, Any]: See
            :func:`~cra_plugin.evaluation.report.build_report`;
            ``protocols`` too, if there are some.
        """
        report = build_report(
            self.questions, self.answers, self.candidates, self.decoder,
            self.coverage.num_missing, self.coverage.num_unknown,
            self.num_unparsed, self.protocol)
        if self.protocols:
            report['protocols'] = dict(self.protocols)
        return report
