"""One figure of a benchmark: ours against a plain way."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SpeedFigure:
    """What a plain way reaches, and ours.

    Attributes:
        name (str): What is done.
        plain (float): The plain way.
        ours (float): As configured.
        unit (str): Such as ``'questions/s'``.
    """

    name: str
    plain: float
    ours: float
    unit: str

    def __str__(self) -> str:
        return (f'{self.name} {self.ours / self.plain:.2f} {self.plain:.4g} '
                f'{self.ours:.4g} {self.unit}')
