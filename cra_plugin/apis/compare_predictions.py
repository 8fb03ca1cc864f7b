"""Compare the prediction files of several models."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cra_plugin.apis.dumped_evidence import list_files
from cra_plugin.apis.join_predictions import join_predictions
from cra_plugin.errors import InputError
from cra_plugin.evaluation.comparison.bootstrap_settings import (
    BootstrapSettings,
)
from cra_plugin.evaluation.comparison.differing_questions import (
    write_differing,
)
from cra_plugin.evaluation.comparison.model_comparison import compare_models
from cra_plugin.evaluation.comparison.scored_model import (
    ScoredModel,
    score_models,
)
from cra_plugin.evaluation.joined_predictions import JoinedPredictions
from cra_plugin.evaluation.prediction_dump import file_beside
from cra_plugin.structures.video_question import VideoQuestion
from cra_plugin.utils.counted import counted
from cra_plugin.visualization.forest_plot import Effect, draw_forest_plot

# Of the picture: below, a difference is told from none.
CLEAR = 0.05


@dataclass(frozen=True)
class Comparison:
    """Models that were compared.

    Attributes:
        result (dict[str, Any]): See
            :func:`~cra_plugin.evaluation.comparison.model_comparison.
            compare_models`.
        questions (list[VideoQuestion]): The N questions that counted.
        models (list[ScoredModel]): The models' scores on them.
    """

    result: dict[str, Any]
    questions: list[VideoQuestion]
    models: list[ScoredModel]

    def write_differing(self, path: str | Path) -> int:
        """Write the questions on which the models differ as a csv.

        Args:
            path (str | Path): The file.

        Returns:
            int: How many there are.
        """
        return write_differing(path, self.questions, self.models)

    def draw(self, path: str | Path,
             metrics: Sequence[str] | None = None) -> None:
        """Draw the differences with their intervals as a PNG file.

        Args:
            path (str | Path): The file.
            metrics (Sequence[str], optional): Which metrics. Defaults to
                None: all.
        """
        result, pairs = self.result, self.result['comparisons']
        names = [name for name in pairs[0]['metrics']
                 if metrics is None or name in metrics]
        effects = [Effect(
            name, f'{pair["second"]} less {pair["first"]}',
            test['difference'], test['low'], test['high'],
            test['p_holm'] < CLEAR)
            for name in names for pair in pairs
            for test in (pair['metrics'][name], )]
        settings = result['bootstrap']
        draw_forest_plot(
            effects, path,
            f'{counted(result["num_questions"], "question")}, '
            f'protocol {result["protocol"]}',
            f'{settings["level"]:g} % intervals of '
            f'{settings["resamples"]} resamples of {settings["unit"]}s '
            f'({settings["interval"]}); filled where p < {CLEAR}'
            + (', by Holm' if len(pairs) > 1 else ''))


def compare_predictions(models: Mapping[str, Mapping[str, Any]],
                        annotations: str | Path,
                        split: str,
                        settings: BootstrapSettings | None = None,
                        against: str = 'first',
                        **options: Any) -> Comparison:
    """Compare models on the questions that count for all of them.

    Args:
        models (Mapping[str, Mapping[str, Any]]): Name to the files of a
            model: ``answers``, ``spans`` or ``attention``, as of
            :func:`~cra_plugin.apis.evaluate_predictions.
            evaluate_predictions`.
        annotations (str | Path): The folder of the annotations.
        split (str): The split, such as ``'val'``.
        settings (BootstrapSettings, optional): How intervals are made.
            Defaults to None: the defaults.
        against (str): Compare with the ``'first'`` model, or ``'all'`` pairs.
            Defaults to 'first'.
        **options (Any): Further arguments of ``evaluate_predictions``, the
            same for all models, such as ``protocol``.

    Returns:
        Comparison: What differs.

    Raises:
        InputError: As of ``evaluate_predictions``, or if there are not two
            models that predict the same.
    """
    if len(models) < 2:
        raise InputError('models to compare', str(len(models)), 'two or more',
                         'name the files of another one')
    joined = []
    for name, files in models.items():
        with _naming_warnings(name):
            joined.append(join_predictions(annotations, split,
                                           **files, **options))
    _tell_of_missing_spans(models, joined)
    questions, table, scored = score_models(list(models), joined)
    return Comparison(
        compare_models(table, scored, joined[0].protocol, settings, against),
        questions, scored)


def _tell_of_missing_spans(models: Mapping[str, Mapping[str, Any]],
                           joined: Sequence[JoinedPredictions]) -> None:
    """Say whose spans are missing, where they could be compared."""
    lacking = [name for name, each in zip(models, joined)
               if each.decoder not in each.candidates]
    beside = {
        name: f'{paths[0]}+{file_beside(paths[0], "spans")}'
        for name in lacking
        for paths in (list_files(models[name].get('answers')), )
        if len(paths) == 1 and file_beside(paths[0], 'spans').is_file()}
    if not any(each.spans for each in joined[0].questions) or not (
            beside or 0 < len(lacking) < len(models)):
        return
    for name in lacking:
        logging.getLogger('cra_plugin').warning(
            'note: %s has answers alone, so that no spans are compared; '
            'give its spans as %s', name,
            beside.get(name, 'ANSWERS+SPANS'))


@contextmanager
def _naming_warnings(name: str) -> Iterator[None]:
    """Let warnings say of which model they are."""
    logger = logging.getLogger('cra_plugin')

    def add_name(record: logging.LogRecord) -> bool:
        record.msg, record.args = f'{name}: {record.getMessage()}', ()
        return True

    logger.addFilter(add_name)
    try:
        yield
    finally:
        logger.removeFilter(add_name)
