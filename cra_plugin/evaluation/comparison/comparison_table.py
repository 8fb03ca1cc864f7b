"""Draw a comparison of models as tables for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import wrap
from typing import Any

from cra_plugin.evaluation.plain_table import WIDTH, table_lines
from cra_plugin.utils.counted import counted

# Of the types of questions.
TYPE_METRICS = ('Acc@GQA', 'Acc@VQA', 'mIoP', 'mIoU')


def render_comparison(comparison: Mapping[str, Any],
                      metrics: Sequence[str] | None = None) -> str:
    """Draw every pair of models, a metric per row, then types of questions.

    Args:
        comparison (Mapping[str, Any]): What
            :func:`~cra_plugin.evaluation.comparison.model_comparison.
            compare_models` gives.
        metrics (Sequence[str], optional): Which metrics. Defaults to None:
            all.

    Returns:
        str: The tables, at most 100 columns wide, without colors.
    """
    settings = comparison['bootstrap']
    missing = sum(comparison['num_missing'].values())
    lines = wrap(
        f'{counted(comparison["num_questions"], "question")}, protocol '
        f'{comparison["protocol"]}, {missing} predictions missing; '
        f'differences in points with {settings["level"]:g} % intervals '
        f'({settings["interval"]} bootstrap, {settings["resamples"]} '
        f'resamples of {settings["unit"]}s, seed {settings["seed"]})', WIDTH)
    several = len(comparison['comparisons']) > 1
    for each in comparison['comparisons']:
        names = f'{each["second"]} less {each["first"]}'
        lines += ['', *wrap(names, WIDTH), '', *_pair_table(
            comparison['models'], each, metrics, several)]
        if each['answers'] is not None:
            lines += wrap(_answers(each, several), WIDTH)
        if each['by_type']:
            lines += ['', *_type_table(each)]
    return '\n'.join(line.rstrip() for line in lines)


def format_p(p: float) -> str:
    """Write a p-value.

    Args:
        p (float): The value.

    Returns:
        str: Three decimals, or that it is smaller.
    """
    return f'{p:.3f}' if p >= 0.001 else '<0.001'


def format_change(test: Mapping[str, float]) -> str:
    """Write a difference with its interval, in points.

    Args:
        test (Mapping[str, float]): ``difference``, ``low`` and ``high``.

    Returns:
        str: Such as ``'+1.2 [-0.3, +2.7]'``.
    """
    return (f'{test["difference"]:+.1f} [{test["low"]:+.1f}, '
            f'{test["high"]:+.1f}]')


def _pair_table(models: Mapping[str, Any], pair: Mapping[str, Any],
                metrics: Sequence[str] | None, several: bool) -> list[str]:
    """The metrics of two models."""
    return table_lines(
        ['', pair['first'], pair['second'], 'difference', 'p',
         *(['p (Holm)'] if several else [])],
        [[name, *(f'{models[pair[each]][name]:.1f}'
                  for each in ('first', 'second')),
          format_change(test), format_p(test['p']),
          *([format_p(test['p_holm'])] if several else [])]
         for name, test in pair['metrics'].items()
         if metrics is None or name in metrics])


def _answers(pair: Mapping[str, Any], several: bool) -> str:
    """What McNemar's test says."""
    test = pair['answers']
    holm = f', by Holm {format_p(test["p_holm"])}' if several else ''
    return (f'Answers: {test["only_second"]} right by {pair["second"]} alone, '
            f'{test["only_first"]} by {pair["first"]} alone; McNemar\'s exact '
            f'p {format_p(test["p"])}{holm}')


def _type_table(pair: Mapping[str, Any]) -> list[str]:
    """Differences by the type of question."""
    names = [name for name in TYPE_METRICS if name in pair['metrics']]
    return table_lines(['type', 'questions', *names], [
        [kind or '-', str(each['num_questions']), *(
            format_change(each['metrics'][name]) for name in names)]
        for kind, each in pair['by_type'].items()])
