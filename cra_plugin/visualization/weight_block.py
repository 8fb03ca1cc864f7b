"""The block of frame weights: one bar for each frame, over time."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from cra_plugin.spans.frame_weights import without_overflow
from cra_plugin.structures.grounded_answer import GroundedAnswer
from cra_plugin.visualization.palette import (
    FAINT,
    HAIRLINE,
    WEIGHT_COLOR,
)
from cra_plugin.visualization.sheet import SMALL, TIME_WIDTH, Sheet
from cra_plugin.visualization.text_layout import font

HEIGHT = 1.2
# Inches above, for the number at the upper end of the axis.
ABOVE = 0.12
# What bars leave free of their frame's share of the time.
SPACING = 0.15
# Inches: narrower bars would run into each other, and a line is drawn.
NARROWEST = 0.035


class Weights:
    """The weights of frames as fractions of their sum, and the uniform one.

    The axis begins at 0 and reaches twice the uniform weight at least, so
    that flat weights look flat.

    Args:
        answer (GroundedAnswer): An answer with weights.
    """

    def __init__(self, answer: GroundedAnswer) -> None:
        assert answer.frame_weights is not None
        self._answer = answer
        self._weights, self.are_fractions = as_fractions(
            answer.frame_weights)
        self.height = HEIGHT + ABOVE

    def draw(self, sheet: Sheet, top: float) -> None:
        """See the protocol."""
        answer = self._answer
        axes = sheet.time_axes(top + ABOVE, HEIGHT, answer.duration,
                               answer.question.spans)
        draw_bars(axes, answer, self._weights)
        count = len(self._weights)
        highest = max(0., float(self._weights.max()))
        if self.are_fractions:
            axes.set_ylim(0, max(1.05 * highest, 2 / count))
            axes.axhline(1 / count, color=FAINT, linewidth=1,
                         linestyle=(0, (4, 3)))
            _beside(axes, 1 / count, f'uniform: 1/{count}')
        else:
            lowest = min(0., float(self._weights.min()))
            axes.set_ylim(1.05 * lowest, 1.05 * highest or 1.)
        axes.yaxis.set_major_locator(MaxNLocator(3))
        axes.tick_params(axis='y', labelleft=True, labelcolor=FAINT,
                         labelsize=SMALL - 1)
        axes.spines['bottom'].set(visible=True, color=HAIRLINE)
        axes.spines['left'].set(visible=True, color=HAIRLINE)
        middle = top + ABOVE + HEIGHT / 2
        sheet.label('frame weights', middle - 0.09, FAINT)
        sheet.label('(fractions)' if self.are_fractions else '(as given)',
                    middle + 0.09, FAINT)


def draw_bars(axes: Axes, answer: GroundedAnswer,
              weights: np.ndarray) -> None:
    """Draw a bar for each frame, as wide as the time it stands for.

    Args:
        axes (Axes): Of the time.
        answer (GroundedAnswer): The times of the frames.
        weights (np.ndarray): (T,) heights.
    """
    edges = frame_shares(answer.frame_times, answer.duration)
    shares = np.diff(edges)
    inches = shares * (TIME_WIDTH / answer.duration)
    if inches.max(initial=0) < NARROWEST:
        axes.stairs(weights, edges, color=WEIGHT_COLOR, linewidth=1.2)
        return
    axes.bar(edges[:-1] + SPACING / 2 * shares, weights,
             (1 - SPACING) * shares, color=WEIGHT_COLOR, align='edge')


def as_fractions(weights: np.ndarray) -> tuple[np.ndarray, bool]:
    """Divide weights by their sum.

    Args:
        weights (np.ndarray): (T,) finite weights.

    Returns:
        tuple[np.ndarray, bool]: (T,) fractions, and True; the weights as they
        are, and False, where some are negative or all are 0.
    """
    values = without_overflow(np.asarray(weights, dtype=float))
    total = values.sum()
    if (values < 0).any() or not total > 0:
        return values, False
    return values / total, True


def frame_shares(frame_times: np.ndarray, duration: float) -> np.ndarray:
    """Share the time of a video among frames, each the time nearest to it.

    Args:
        frame_times (np.ndarray): (T,) seconds, not decreasing. Frames of one
            time divide its share.
        duration (float): Seconds.

    Returns:
        np.ndarray: (T + 1,) seconds between which the shares lie, from 0 to
        the duration.

    Examples:
        >>> frame_shares(np.array([1., 3., 3.]), 6.).tolist()
        [0.0, 2.0, 4.0, 6.0]
    """
    times, counts = np.unique(frame_times, return_counts=True)
    middles = (times[1:] + times[:-1]) / 2
    edges = np.concatenate([[0.], middles, [duration]])
    parts = [np.linspace(start, end, count, endpoint=False)
             for start, end, count in zip(edges[:-1], edges[1:], counts)]
    return np.concatenate([*parts, [duration]])


def _beside(axes: Axes, height: float, text: str) -> None:
    """Write to the right of the axes, at a weight."""
    axes.annotate(
        text, (1, height), (8, 0), ('axes fraction', 'data'),
        textcoords='offset points', ha='left', va='center', color=FAINT,
        fontproperties=font(SMALL), annotation_clip=False)
