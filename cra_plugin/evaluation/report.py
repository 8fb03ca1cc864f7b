"""One JSON object with everything that is measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from cra_plugin.errors import InputError
from cra_plugin.evaluation.metrics import (
    compute_metrics,
    compute_metrics_by_type,
)
from cra_plugin.evaluation.priors import compute_priors
from cra_plugin.evaluation.question_table import QuestionTable
from cra_plugin.spans.span_extent import leaves_video
from cra_plugin.structures.video_question import VideoQuestion


def build_report(questions: Sequence[VideoQuestion],
                 answers: np.ndarray,
                 spans: Mapping[str, np.ndarray],
                 decoder: str,
                 num_missing: int = 0,
                 num_unknown: int = 0) -> dict[str, Any]:
    """Evaluate predictions from every side.

    Args:
        questions (Sequence[VideoQuestion]): N annotated questions.
        answers (np.ndarray): (N,) predicted choices, -1 where missing.
        spans (Mapping[str, np.ndarray]): Decoder to (N, 2) predicted spans
            in seconds, NaN where missing.
        decoder (str): The main decoder.
        num_missing (int): Annotated questions without prediction. Defaults
            to 0.
        num_unknown (int): Predictions without annotation. Defaults to 0.

    Returns:
        dict[str, Any]: The metrics of the main decoder in percent by name
        (``PIoU`` null where no video has two spans), ``num_questions``,
        ``num_missing``, ``num_unknown``, ``num_outside`` (spans of the main
        decoder that leave their video by more than a second), ``decoder``,
        ``by_type`` (type to metrics), ``priors`` (prior to metrics with the
        same answers) and, where there are several, ``decoders`` (decoder to
        metrics).

    Raises:
        InputError: If there is nothing to evaluate or no such decoder.
    """
    if decoder not in spans:
        raise InputError('decoder', repr(decoder), f'one of {list(spans)}')
    table = QuestionTable.from_questions(questions)
    decoders = {
        name: compute_metrics(table, answers, value)
        for name, value in spans.items()
    }
    report: dict[str, Any] = {
        **decoders[decoder],
        'num_missing': num_missing,
        'num_unknown': num_unknown,
        'num_outside':
        int(leaves_video(spans[decoder], table.durations).sum()),
        'decoder': decoder,
        'by_type': compute_metrics_by_type(table, answers, spans[decoder]),
        'priors': compute_priors(table, answers),
    }
    if len(decoders) > 1:
        report['decoders'] = decoders
    return report
