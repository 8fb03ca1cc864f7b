"""The protocols: how papers and their evaluators score predictions.

``nextgqa``
    NExT-GQA's evaluator (arXiv 2309.01327, ``eval_ground.py`` of
    https://github.com/doc-doc/NExT-GQA): one span for each question, the best
    IoP and the best IoU over its ground truth, questions that the prediction
    lacks left out of the denominator. LLoVi's evaluator is a copy of it.
``nextgqa-all``
    The same over all annotated questions: a missing prediction is wrong. The
    default; segments that belong together, as of VideoChat-R1, do so here.
``first-span``
    The first span in the file, whatever the format means by several.
``best-of-spans``
    The best of all spans, chosen by the truth: an upper bound.
``union``
    IoP and IoU of all spans together, as VideoChat-R1 scores (arXiv
    2504.06958).
``top1``, ``top5``
    The most confident span, and the best of the five most confident, as R1
    and R5 of VideoMind's evaluator (arXiv 2503.13444, ``eval_auto.py`` of
    https://github.com/yeliudev/VideoMind), whose mIoU and mIoP are those of
    ``top1``.
``star``
    STAR (arXiv 2405.09711) reports the accuracy of each type of question and
    the mean over the types, which is Acc@VQA here; grounding as CRA has it on
    STAR (arXiv 2503.07635), over all questions.
``rextime``
    ReXTime (arXiv 2406.19392, ``rextime_eval.py`` of
    https://github.com/ReXTime/ReXTime): mIoU, R@0.3 and R@0.5 (IoU@0.3 and
    IoU@0.5 here) of the first span against the best ground truth, and the
    accuracy with IoU >= 0.5 (Acc@IoU0.5).
"""

from __future__ import annotations

from dataclasses import replace

from cra_plugin.evaluation.candidate_spans import CandidateSpans
from cra_plugin.evaluation.protocols.protocol import (
    Protocol,
    as_written,
    first_span,
    union_of_spans,
)

ALL = 'all'
_FIRST = 'of which the first counts'


def _best(candidates: CandidateSpans) -> CandidateSpans:
    """All spans, of which the best counts."""
    return replace(candidates, alternatives=True)


def _most_confident(candidates: CandidateSpans) -> CandidateSpans:
    """The most confident span."""
    return candidates.by_confidence().first(1)


def _five_most_confident(candidates: CandidateSpans) -> CandidateSpans:
    """The five most confident, of which the best counts."""
    return _best(candidates.by_confidence().first(5))


PROTOCOLS = {each.name: each for each in (
    Protocol('nextgqa-all', 'missing predictions are wrong',
             'NExT-GQA over all annotated questions', _FIRST, as_written),
    Protocol('nextgqa', 'missing predictions are left out',
             'arXiv 2309.01327', _FIRST, first_span, missing='skip'),
    Protocol('first-span', 'the first span in the file',
             'LLoVi, but for missing predictions', _FIRST, first_span),
    Protocol('best-of-spans', 'the best of all spans, an upper bound',
             'none', 'of which the best counts', _best),
    Protocol('union', 'all spans together', 'arXiv 2504.06958',
             'which count together', union_of_spans),
    Protocol('top1', 'the most confident span', 'arXiv 2503.13444',
             'of which the most confident counts', _most_confident),
    Protocol('top5', 'the best of the five most confident',
             'arXiv 2503.13444',
             'of which the best of the five most confident counts',
             _five_most_confident),
    Protocol('star', 'Acc@VQA is the mean over types', 'arXiv 2405.09711',
             _FIRST, first_span, mean_over_types=True),
    Protocol('rextime', 'mIoU, R@t are IoU@t, Acc@IoU0.5',
             'arXiv 2406.19392', _FIRST, first_span),
)}
DEFAULT = PROTOCOLS['nextgqa-all']
