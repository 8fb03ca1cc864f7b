"""The block of thumbnails, under the time axis."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from cra_plugin.structures.filmstrip import Filmstrip
from cra_plugin.structures.video_question import Span
from cra_plugin.visualization.palette import FAINT
from cra_plugin.visualization.sheet import TIME_WIDTH, Sheet

# Inches.
HIGHEST = 0.9
# A frame around less would not be seen.
NARROWEST = 0.07
# Of its part of the time, what a frame fills at most.
FILLED = 0.96


class Thumbnails:
    """Frames of a video, each in the middle of what it stands for.

    Args:
        filmstrip (Filmstrip): The frames.
        duration (float): Seconds of the time axis.
        span (Span, optional): What is framed; the rest is faded.
        color (str): Of the frame.
    """

    def __init__(self, filmstrip: Filmstrip, duration: float,
                 span: Span | None, color: str) -> None:
        self._strip = filmstrip
        self._duration = duration
        self._span = span
        self._color = color
        height, width = filmstrip.images[0].shape[:2]
        cell = TIME_WIDTH * filmstrip.duration / duration / len(
            filmstrip.images)
        self._aspect = width / height
        self._tall = min(FILLED * cell / self._aspect, HIGHEST)
        self.height = self._tall + 0.1

    def draw(self, sheet: Sheet, top: float) -> None:
        """See the protocol."""
        axes = sheet.time_axes(top, self._tall, self._duration)
        axes.grid(visible=False)
        axes.set_ylim(0, 1)
        second = self._duration / TIME_WIDTH
        half = self._tall * self._aspect * second / 2
        step = self._strip.duration / len(self._strip.images)
        for index, image in enumerate(self._strip.images):
            middle = (index + 0.5) * step
            axes.imshow(image, extent=(middle - half, middle + half, 0, 1),
                        aspect='auto', interpolation='antialiased',
                        zorder=1)
        axes.set_xlim(0, self._duration)
        sheet.label('frames', top + self._tall / 2, FAINT)
        if self._span is not None:
            self._frame(axes, self._span, second)

    def _frame(self, axes: Axes, span: Span, second: float) -> None:
        """Fade what is outside of the span, and draw a frame around it."""
        start, end = span
        missing = max(0., NARROWEST * second - (end - start)) / 2
        start, end = max(0., start - missing), min(self._duration,
                                                   end + missing)
        for left, right in ((0., start), (end, self._duration)):
            axes.add_patch(Rectangle((left, 0), right - left, 1, zorder=2,
                                     color='white', alpha=0.6, linewidth=0))
        axes.add_patch(Rectangle(
            (start, 0), end - start, 1, fill=False, edgecolor=self._color,
            linewidth=2.5, zorder=3, clip_on=False))
