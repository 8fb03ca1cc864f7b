"""Build one JSON object with everything that is measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from cra_plugin.errors import InputError
from cra_plugin.evaluation.candidate_spans import CandidateSpans
from cra_plugin.evaluation.gaps import find_gaps
from cra_plugin.evaluation.metrics import Metrics, compute_metrics_by_type
from cra_plugin.evaluation.priors import compute_priors
from cra_plugin.evaluation.protocols.protocol import Protocol
from cra_plugin.evaluation.protocols.protocol_table import DEFAULT
from cra_plugin.evaluation.question_scores import ACC_AT_IOU, as_candidates
from cra_plugin.evaluation.question_table import QuestionTable
from cra_plugin.spans.span_extent import leaves_video
from cra_plugin.structures.video_question import VideoQuestion


def build_report(questions: Sequence[VideoQuestion],
                 answers: np.ndarray | None,
                 spans: Mapping[str, np.ndarray | CandidateSpans],
                 decoder: str,
                 num_missing: int = 0,
                 num_unknown: int = 0,
                 num_unparsed: int = 0,
                 protocol: Protocol = DEFAULT) -> dict[str, Any]:
    """Evaluate predictions from every side.

    Args:
        questions (Sequence[VideoQuestion]): N annotated questions.
        answers (np.ndarray, optional): (N,) predicted choices, -1 where
            missing; None where no answers are predicted.
        spans (Mapping[str, np.ndarray | CandidateSpans]): Decoder to (N, 2)
            predicted spans in seconds, NaN where missing, or to all that are
            predicted; empty where no spans are predicted.
        decoder (str): The main decoder; of no account where there are no
            spans.
        num_missing (int): Annotated questions without prediction. Defaults
            to 0.
        num_unknown (int): Predictions without annotation. Defaults to 0.
        num_unparsed (int): Questions whose answer could not be read off the
            model's output, which count as wrong. Defaults to 0.
        protocol (Protocol): How they are scored. Defaults to nextgqa-all.

    Returns:
        dict[str, Any]: The metrics of the main decoder in percent by name
        (null where not defined), ``not_computed`` (metric to the reason, of
        those that lack predictions or truth), ``num_questions``,
        ``num_missing``, ``num_unknown``, ``num_unparsed``, ``num_outside``
        (spans of the main decoder that leave their video by more than a
        second), ``decoder``, ``protocol``, ``by_type`` (type to metrics),
        ``priors`` (prior to metrics with the same answers) and, where there
        are several, ``decoders`` (decoder to metrics).

    Raises:
        InputError: If there is nothing to evaluate or no such decoder.
    """
    if spans and decoder not in spans:
        raise InputError('decoder', repr(decoder), f'one of {list(spans)}')
    table = QuestionTable.from_questions(questions)
    candidates = {name: as_candidates(value) for name, value in spans.items()}
    decoders = {name: _evaluate(protocol, table, answers, value)
                for name, value in candidates.items()}
    main = (protocol.select(candidates[decoder]) if candidates else None)
    report: dict[str, Any] = {
        **(_evaluate(protocol, table, answers, None)
           if main is None else decoders[decoder]),
        'not_computed': find_gaps(table, answers is not None, bool(spans)),
        'num_missing': num_missing,
        'num_unknown': num_unknown,
        'num_unparsed': num_unparsed,
        'num_outside': 0 if main is None else
        int(leaves_video(main.hulls(), table.durations).sum()),
        'decoder': None if main is None else decoder,
        'protocol': protocol.name,
        'by_type': compute_metrics_by_type(table, answers, main),
        'priors': compute_priors(table, answers),
    }
    if len(decoders) > 1:
        report['decoders'] = decoders
    return report


def _evaluate(protocol: Protocol, table: QuestionTable,
              answers: np.ndarray | None,
              candidates: CandidateSpans | None) -> Metrics:
    """The metrics that all tables have."""
    metrics = protocol.evaluate(table, answers, candidates)
    del metrics[ACC_AT_IOU]
    return metrics
