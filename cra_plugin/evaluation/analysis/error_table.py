"""Draw an analysis as tables for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cra_plugin.evaluation.analysis.breakdown import METRICS
from cra_plugin.evaluation.analysis.faithfulness import CELLS
from cra_plugin.evaluation.plain_table import table_lines
from cra_plugin.evaluation.report_table import format_percent
from cra_plugin.utils.counted import counted

TITLES = {'span_length': 'seconds of the longest true span',
          'video_length': 'seconds of the video',
          'num_spans': 'true spans',
          'position': 'center of the longest true span, of the duration'}
SHAPES = {'length_seconds': 'length, s', 'length_fraction': 'length, %',
          'center_fraction': 'center, %'}


def render_errors(analysis: Mapping[str, Any]) -> str:
    """Draw what was analyzed, a table for each.

    Args:
        analysis (Mapping[str, Any]): What
            :func:`~cra_plugin.evaluation.analysis.error_report.
            analyze_predictions` gives.

    Returns:
        str: The tables, at most 100 columns wide, without colors.
    """
    lines = [f'{counted(analysis["num_questions"], "question")}, '
             f'protocol {analysis["protocol"]}, percent']
    for threshold, groups in analysis.get('faithfulness', {}).items():
        lines += ['', f'Answers and evidence (grounded: IoP >= {threshold})',
                  '', *_faithfulness(groups)]
    if 'PIoU' in analysis:
        pair = analysis['PIoU']
        lines += ['', f'PIoU, how alike spans of different questions are: '
                  f'{format_percent(pair["predicted"])}, of the true spans '
                  f'{format_percent(pair["truth"])}']
    if analysis.get('span_shapes'):
        lines += ['', 'Spans, predicted and true', '',
                  *_shapes(analysis['span_shapes'])]
    for name, groups in analysis['breakdown'].items():
        lines += ['', f'By {TITLES[name]}', '', *_breakdown(groups)]
    if 'calibration' in analysis:
        lines += ['', *_calibration(analysis['calibration'])]
    if 'probes' in analysis:
        lines += ['', 'Probes', '', *_probes(analysis['probes'])]
    lines += [f'Left out: {name}, which {why}'
              for name, why in analysis['left_out'].items()]
    return '\n'.join(lines)


def format_range(group: Mapping[str, Any]) -> str:
    """Write what the questions of a group have.

    Args:
        group (Mapping[str, Any]): Its ``low`` and ``high``.

    Returns:
        str: Such as ``'3.5 to 10'``, or one number.
    """
    low, high = (f'{group[end]:.3g}' for end in ('low', 'high'))
    return low if low == high else f'{low} to {high}'


def _faithfulness(groups: Mapping[str, Any]) -> list[str]:
    """Types of questions, one per row."""
    names = (*CELLS, 'grounded_if_right', 'grounded_if_wrong')
    return table_lines(
        ['type', 'questions', *(name.replace('_', ' ') for name in names)],
        [[kind or '-', str(each['num_questions']),
          *(format_percent(each[name]) for name in names)]
         for kind, each in groups.items()])


def _shapes(shapes: Mapping[str, Any]) -> list[str]:
    """Lengths and centers, predicted and true below each other."""
    rows = []
    for name, shape in shapes.items():
        factor = 1 if name == 'length_seconds' else 100
        for side in ('predicted', 'truth'):
            each = shape[side]
            numbers = [each['mean'], *each['quantiles'].values()]
            rows.append([f'{SHAPES[name]}: {side}', str(each['num_spans']),
                         *(f'{factor * number:.1f}' for number in numbers)])
    quantiles = next(iter(shapes.values()))['truth']['quantiles']
    return table_lines(['', 'spans', 'mean', *(
        'median' if each == '50' else f'{each} %' for each in quantiles)],
                       rows)


def _breakdown(groups: Sequence[Mapping[str, Any]]) -> list[str]:
    """Groups of questions, one per row."""
    names = [name for name in METRICS if name in groups[0]]
    return table_lines(['', 'questions', *names], [
        [format_range(each), str(each['num_questions']),
         *(format_percent(each[name]) for name in names)] for each in groups])


def _calibration(found: Mapping[str, Any]) -> list[str]:
    """The figures in words, then the bins."""
    return ['Calibration over '
            f'{counted(found["num_questions"], "question")} with '
            f'{found["scores_are"]}: ECE {found["ECE"]:.1f}, MCE '
            f'{found["MCE"]:.1f}, confidence {found["confidence"]:.1f}, '
            f'accuracy {found["accuracy"]:.1f}', '',
            *table_lines(['confidence', 'questions', 'mean', 'accuracy'], [
                [f'{100 * each["low"]:.0f} to {100 * each["high"]:.0f}',
                 str(each['num_questions']), f'{each["confidence"]:.1f}',
                 f'{each["accuracy"]:.1f}'] for each in found['bins']])]


def _probes(probes: Mapping[str, Mapping[str, float | None]]) -> list[str]:
    """The model as it is and probed, one per row."""
    names = list(dict.fromkeys(
        name for each in probes.values() for name in each))
    return table_lines(['', *(name.replace('_', ' ') for name in names)], [
        [probe.replace('_', ' '),
         *(format_percent(each.get(name)) for name in names)]
        for probe, each in probes.items()])
