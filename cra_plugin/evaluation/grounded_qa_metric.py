"""The metric of grounded question answering for mmengine's loops."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from mmengine.evaluator import BaseMetric
from mmengine.logging import MMLogger

from cra_plugin.annotations.formats import FORMATS
from cra_plugin.errors import InputError, check_choice
from cra_plugin.evaluation.metrics import METRIC_NAMES
from cra_plugin.evaluation.prediction_dump import (
    dump_candidates,
    dump_predictions,
)
from cra_plugin.evaluation.report import build_report
from cra_plugin.evaluation.report_table import render_report
from cra_plugin.registry import METRICS
from cra_plugin.structures.grounded_answer import GroundedAnswer
from cra_plugin.structures.video_question import VideoQuestion
from cra_plugin.utils.counted import counted
from cra_plugin.utils.json_file import write_json

# Of the priors, training logs need no more.
PRIOR_METRICS = ('Acc@GQA', 'mIoP', 'mIoU')


@METRICS.register_module()
class GroundedQAMetric(BaseMetric):
    """Accuracy of answers and of the spans that prove them, in percent.

    The metrics of the main decoder keep their names (``Acc@GQA``), those of
    the others are called as ``window/Acc@GQA`` and those of constant spans
    as ``prior/middle_point/Acc@GQA``. A metric that is not defined, such as
    ``PIoU`` where no video has two questions, is left out.

    A split without answers has no metrics: its predictions are only dumped.
    One without spans has the accuracy of the answers alone.

    Args:
        decoder (str): The main decoder, a key of ``pred_span``. Defaults to
            'adaptive'.
        report_file (str, optional): Where to write the whole report, with
            all types of questions, as JSON. Defaults to None.
        dump_file (str, optional): Where to write the answers for
            ``tools/eval_predictions.py``; the spans of the main decoder in
            seconds and the frame weights go beside it, to
            ``<stem>_spans.json`` and ``<stem>_attention.json``. Defaults to
            None.
        dump_candidates (bool): Where every choice is grounded, write the
            spans of the main decoder and the weights of all choices too, to
            ``<stem>_candidates.json``. Defaults to False.
        submission (str, optional): A format of annotations that has one,
            such as ``'star'``: writes, beside ``dump_file``, also
            ``<stem>_submission.json`` in the format of its evaluation
            server. Defaults to None.
        collect_device (str): ``'cpu'`` or ``'gpu'``: where results of
            several processes are collected. Defaults to 'cpu'.
        prefix (str, optional): What to put before the names, with a slash.
            Defaults to None.
        collect_dir (str, optional): Folder for collecting on the CPU.
            Defaults to None.
        decoder_order (Sequence[str], optional): The order of the decoders in
            the table and in the log. mmengine sorts the decoders of a model
            when it writes the config of a run, but no list. Defaults to None,
            the order of ``pred_span``; our tools set the config's.
    """

    def __init__(self,
                 decoder: str = 'adaptive',
                 report_file: str | None = None,
                 dump_file: str | None = None,
                 dump_candidates: bool = False,
                 submission: str | None = None,
                 collect_device: str = 'cpu',
                 prefix: str | None = None,
                 collect_dir: str | None = None,
                 decoder_order: Sequence[str] | None = None) -> None:
        super().__init__(collect_device, prefix, collect_dir)
        if submission is not None:
            check_choice('GroundedQAMetric.submission', submission,
                         [name for name, each in FORMATS.items()
                          if each.write_submission])
        self.submission = submission
        self.decoder = decoder
        self.decoder_order = tuple(decoder_order or ())
        self.report_file = report_file
        self.dump_file = dump_file
        self.dump_candidates = dump_candidates

    def process(self, data_batch: Any,
                data_samples: Sequence[dict[str, Any]]) -> None:
        """Keep what the metrics need of each sample.

        Args:
            data_batch (Any): Not used.
            data_samples (Sequence[dict]): Predicted
                :class:`~cra_plugin.structures.video_qg_data_sample.
                VideoQGDataSample` as dicts.

        Raises:
            InputError: If a prediction lacks a field or is not finite, or
                a question has no answer and nothing is to be dumped.
        """
        self.results.extend(map(self._answer, data_samples))

    def compute_metrics(self,
                        results: list[GroundedAnswer]) -> dict[str, float]:
        """Write the files, evaluate and log the table.

        Args:
            results (list[GroundedAnswer]): One for each question.

        Returns:
            dict[str, float]: Name to percent; empty where no question has
            an answer.

        Raises:
            InputError: If a question was evaluated twice, or some questions
                lack what others have.
        """
        results = sorted(results, key=lambda result: result.question.key)
        _check_once([result.question.key for result in results])
        questions = [result.question for result in results]
        if self.dump_file:
            self._dump(Path(self.dump_file), results)
        if all(question.answer is None for question in questions):
            MMLogger.get_current_instance().info(
                f'{counted(len(results), "question")} without an answer: '
                f'nothing was evaluated. Predictions: {self.dump_file}')
            return {}
        spans = {
            name: np.array([result.spans[name] for result in results])
            for name in self._ordered(results[0].spans)
        } if any(question.spans for question in questions) else {}
        answers = np.array([result.predicted for result in results])
        report = build_report(questions, answers, spans, self.decoder)
        MMLogger.get_current_instance().info('\n' + render_report(report))
        if self.report_file:
            write_json(self.report_file, report, indent=2)
        return _flatten(report)

    def _ordered(self, names: Iterable[str]) -> list[str]:
        """The decoders that there are, in the order of the table."""
        ranks = {name: rank for rank, name in enumerate(self.decoder_order)}
        return sorted(names, key=lambda name: ranks.get(name, len(ranks)))

    def _dump(self, path: Path, results: list[GroundedAnswer]) -> None:
        """Write the predictions, and the submission beside them."""
        dump_predictions(path, results, self.decoder)
        dump_candidates(path, results)
        write = self.submission and FORMATS[self.submission].write_submission
        if write:
            write(path.with_name(f'{path.stem}_submission.json'), results)

    def _answer(self, sample: dict[str, Any]) -> GroundedAnswer:
        """Check a sample and keep its question with what is predicted."""
        question: VideoQuestion = sample['question_info']
        if question.answer is None and (self.report_file
                                        or not self.dump_file):
            raise InputError(
                f'question {question.key}', 'no answer', 'the right choice',
                'evaluate a split whose answers are public, or give --dump '
                'FILE, without --json, to write the predictions alone')
        spans = dict(sample.get('pred_span') or {})
        if self.decoder not in spans or 'pred_answer' not in sample:
            raise InputError(
                f'prediction of question {question.key}',
                f'the fields {sorted(sample)} with spans {sorted(spans)}',
                f'pred_answer and a {self.decoder} span',
                'use a decoder that the model has')
        weights = sample.get('frame_weights')
        every = (sample.get('candidate_weights') if self.dump_candidates
                 else None)
        return GroundedAnswer(
            question=question,
            frame_times=sample['frame_times'],
            scores=_scores(sample.get('pred_scores')),
            frame_weights=None if weights is None else np.array(
                weights.tolist(), dtype=np.float64),
            spans={name: (float(span[0]), float(span[1]))
                   for name, span in spans.items()},
            predicted=int(sample['pred_answer']),
            candidate_weights=None if every is None else np.array(
                every.tolist(), dtype=np.float64),
            candidate_spans=() if every is None else tuple(
                sample['candidate_spans'][self.decoder]))


def _scores(scores: Any) -> np.ndarray | None:
    """Probabilities of the choices; None where there are none."""
    return None if scores is None or not len(scores) else np.array(
        scores.tolist(), dtype=np.float64)


def _check_once(keys: list[str]) -> None:
    """Refuse what a sampler repeats in the place of other questions."""
    for key, following in pairwise(keys):
        if key == following:
            raise InputError(
                f'question {key}', 'evaluated twice',
                'every question once, padding only at the end',
                'use DefaultSampler for val_dataloader and test_dataloader')


def _flatten(report: dict[str, Any]) -> dict[str, float]:
    """Name the metrics of all decoders and priors; leave out undefined."""
    flat = {
        f'{name}/{metric}': value
        for name, metrics in report.get('decoders', {}).items()
        if name != report['decoder'] for metric, value in metrics.items()
    }
    flat.update({
        f'prior/{name}/{metric}': metrics[metric]
        for name, metrics in report['priors'].items()
        for metric in PRIOR_METRICS
    })
    main = {name: report[name] for name in (*METRIC_NAMES, 'num_questions')}
    return {
        name: float(value)
        for name, value in {**main, **flat}.items() if value is not None
    }
