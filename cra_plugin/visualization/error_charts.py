"""Pictures of an analysis of errors."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from cra_plugin.visualization.chart import draw_charts
from cra_plugin.visualization.palette import (
    FAINT,
    INK,
    RIGHT,
    SPAN_COLORS,
    WEIGHT_COLOR,
    WRONG,
)

# Which our files are known by.
SOFTWARE = 'cra_plugin error analysis'
CELLS = {'right_grounded': RIGHT, 'right_ungrounded': WEIGHT_COLOR,
         'wrong_grounded': SPAN_COLORS[0], 'wrong_ungrounded': WRONG}
SHAPES = {'length_seconds': 'length, seconds',
          'length_fraction': 'length, part of the video',
          'center_fraction': 'center, part of the video'}
GROUPS = {'span_length': 'true span, seconds',
          'video_length': 'video, seconds',
          'num_spans': 'number of true spans',
          'position': 'center of the true span, part of the video'}
LINES = {'Acc@VQA': (INK, 'o'), 'Acc@GQA': (RIGHT, 's'),
         'mIoP': (SPAN_COLORS[1], '^'), 'mIoU': (SPAN_COLORS[2], 'D')}
# The threshold that is drawn: that of Acc@GQA.
GROUNDED = '0.5'


def draw_errors(analysis: Mapping[str, Any],
                folder: str | Path) -> list[Path]:
    """Draw what was analyzed as PNG files.

    Args:
        analysis (Mapping[str, Any]): What
            :func:`~cra_plugin.evaluation.analysis.error_report.
            analyze_predictions` gives.
        folder (str | Path): Where they go: ``faithfulness.png``,
            ``span_shapes.png``, ``breakdown.png``, ``calibration.png`` and
            ``probes.png``, of what there is.

    Returns:
        list[Path]: The files.
    """
    charts: dict[str, tuple[str, list[Callable[[Axes], None]]]] = {}
    if 'faithfulness' in analysis:
        charts['faithfulness'] = (
            f'Answers and evidence (grounded: IoP >= {GROUNDED})',
            [partial(_draw_cells, analysis['faithfulness'][GROUNDED])])
    if analysis.get('span_shapes'):
        charts['span_shapes'] = ('Spans, predicted and true', [
            partial(_draw_shape, name, shape)
            for name, shape in analysis['span_shapes'].items()])
    if any(set(LINES) & set(groups[0])
           for groups in analysis['breakdown'].values()):
        charts['breakdown'] = ('Which questions are hard', [
            partial(_draw_groups, name, groups)
            for name, groups in analysis['breakdown'].items()])
    if 'calibration' in analysis:
        charts['calibration'] = ('How sure answers are', [
            partial(_draw_reliability, analysis['calibration'])])
    if 'probes' in analysis:
        charts['probes'] = ('The videos of others, and other questions', [
            partial(_draw_probes, analysis['probes'])])
    wide = {'faithfulness': 8.0, 'calibration': 5.0, 'breakdown': 5.0,
            'probes': 10.0}
    paths = []
    for name, (title, each) in charts.items():
        paths.append(Path(folder, f'{name}.png'))
        draw_charts(paths[-1], title, each, wide.get(name, 4.0),
                    _height(analysis, name), SOFTWARE)
    return paths


def _height(analysis: Mapping[str, Any], name: str) -> float:
    """Inches: bars for each type of question, or a chart."""
    if name != 'faithfulness':
        return 4.5 if name == 'calibration' else 3.2
    return 1.0 + 0.32 * len(analysis['faithfulness'][GROUNDED])


def _draw_cells(groups: Mapping[str, Any], axes: Axes) -> None:
    """A bar for each type of question, in four parts."""
    left = np.zeros(len(groups))
    for name, color in CELLS.items():
        widths = np.array([each[name] for each in groups.values()])
        bars = axes.barh(range(len(groups)), widths, left=left, color=color,
                         label=name.replace('_', ', '), edgecolor='white')
        axes.bar_label(bars, [f'{each:.0f}' if each >= 3 else ''
                              for each in widths], label_type='center',
                       color='white' if color in (RIGHT, WRONG) else INK)
        left += widths
    axes.set_yticks(range(len(groups)), [
        f'{kind or "-"} ({each["num_questions"]})'
        for kind, each in groups.items()])
    axes.invert_yaxis()
    axes.set_xlim(0, 100)
    axes.set_xlabel('percent of the questions')
    axes.legend(loc='lower center', bbox_to_anchor=(0.5, 1.0), ncols=4)
    axes.grid(visible=False)


def _draw_shape(name: str, shape: Mapping[str, Any], axes: Axes) -> None:
    """Shares of spans by length or center, two outlines."""
    for side, color, fill in (('truth', FAINT, True),
                              ('predicted', SPAN_COLORS[1], False)):
        each = shape[side]
        axes.stairs(each['shares'], shape['edges'], fill=fill, color=color,
                    alpha=0.45 if fill else 1.0, linewidth=1.8,
                    label=f'{side}, median {each["quantiles"]["50"]:.2g}')
    axes.set_xlabel(SHAPES[name])
    axes.set_ylabel('percent of the spans')
    axes.set_xlim(shape['edges'][0], shape['edges'][-1])
    axes.set_ylim(0)
    axes.legend(loc='lower left', bbox_to_anchor=(0, 1.0))


def _draw_groups(name: str, groups: Sequence[Mapping[str, Any]],
                 axes: Axes) -> None:
    """Metrics by group, with a standard error of what is right or wrong."""
    places = range(len(groups))
    sizes = np.array([each['num_questions'] for each in groups])
    for metric, (color, marker) in LINES.items():
        if metric not in groups[0]:
            continue
        values = np.array([each[metric] for each in groups])
        errors = (np.sqrt(values * (100 - values) / sizes)
                  if metric.startswith('Acc') else None)
        axes.errorbar(places, values, errors, color=color, marker=marker,
                      label=metric, linewidth=1.5, markersize=5, capsize=2)
    axes.set_xticks(places, [_ticks(each) for each in groups])
    axes.set_ylim(0, 100)
    axes.set_xlabel(GROUPS[name])
    axes.set_ylabel('percent')
    axes.legend(loc='lower left', bbox_to_anchor=(0, 1.0), ncols=4,
                columnspacing=0.8, handlelength=1.2)


def _ticks(group: Mapping[str, Any]) -> str:
    """What the questions of a group have, and how many there are."""
    low, high = (f'{group[end]:.3g}' for end in ('low', 'high'))
    span = low if low == high else f'{low}-{high}'
    return f'{span}\n({group["num_questions"]})'


def _draw_reliability(found: Mapping[str, Any], axes: Axes) -> None:
    """Accuracy by confidence; marks are as large as bins are full."""
    axes.plot([0, 100], [0, 100], '--', color=FAINT, linewidth=1,
              label='calibrated')
    confidence, accuracy, sizes = (
        np.array([each[name] for each in found['bins']])
        for name in ('confidence', 'accuracy', 'num_questions'))
    axes.vlines(confidence, confidence, accuracy, color=WRONG, linewidth=1.5)
    axes.plot(confidence, accuracy, color=SPAN_COLORS[1], linewidth=1.2)
    axes.scatter(confidence, accuracy, 20 + 300 * sizes / sizes.sum(),
                 color=SPAN_COLORS[1], zorder=3, clip_on=False, label=(
                     f'ECE {found["ECE"]:.1f}, accuracy '
                     f'{found["accuracy"]:.1f}, confidence '
                     f'{found["confidence"]:.1f}'))
    axes.set_xlim(0, 100)
    axes.set_ylim(0, 100)
    axes.set_xlabel('confidence, percent')
    axes.set_ylabel('right answers, percent')
    axes.legend(loc='lower left', bbox_to_anchor=(0, 1.0), markerscale=0.5)


def _draw_probes(probes: Mapping[str, Mapping[str, float | None]],
                 axes: Axes) -> None:
    """Bars side by side for each metric: as it is, and each probe."""
    names = [name for name in dict.fromkeys(
        name for each in probes.values() for name in each)
        if any(each.get(name) is not None for each in probes.values())]
    width = 0.8 / len(probes)
    colors = (FAINT, *SPAN_COLORS)
    for place, (probe, each) in enumerate(probes.items()):
        values = [each.get(name) for name in names]
        bars = axes.bar(
            np.arange(len(names)) + (place - (len(probes) - 1) / 2) * width,
            [value or 0.0 for value in values], width * 0.92,
            color=colors[place % len(colors)], label=probe.replace('_', ' '))
        axes.bar_label(bars, ['' if value is None else f'{value:.1f}'
                              for value in values], padding=2, fontsize=8.5)
    axes.set_xticks(range(len(names)),
                    [name.replace('_', ' ') for name in names])
    axes.set_ylim(0, 105)
    axes.set_ylabel('percent')
    axes.grid(visible=False, axis='x')
    axes.legend(loc='lower left', bbox_to_anchor=(0, 1.0), ncols=3)
