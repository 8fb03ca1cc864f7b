"""How confidence intervals are made."""

from __future__ import annotations

from dataclasses import dataclass

from cra_plugin.errors import check_choice
from cra_plugin.utils.setting_ranges import check_setting

INTERVALS = ('percentile', 'bca')
UNITS = ('question', 'video')


@dataclass(frozen=True)
class BootstrapSettings:
    """How confidence intervals are made.

    Attributes:
        resamples (int): How often the questions are drawn again. Defaults to
            10,000.
        level (float): Percent of the intervals. Defaults to 95.
        interval (str): ``'percentile'``, or ``'bca'``, which corrects for
            bias and skewness (Efron, 1987). Defaults to 'percentile'.
        unit (str): What is drawn: each ``'question'`` by itself, or each
            ``'video'`` with all of its questions, which are not independent.
            Defaults to 'question'.
        seed (int): Of the draws. Defaults to 0.
    """

    resamples: int = 10_000
    level: float = 95.0
    interval: str = 'percentile'
    unit: str = 'question'
    seed: int = 0

    def __post_init__(self) -> None:
        check_setting(self, 'resamples', 100 <= self.resamples <= 10**6,
                      '100 to 1,000,000 resamples')
        check_setting(self, 'level', 50 <= self.level < 100,
                      'percent from 50 to less than 100')
        check_setting(self, 'seed', self.seed >= 0, 'a seed of 0 or more')
        check_choice('BootstrapSettings.interval', self.interval, INTERVALS)
        check_choice('BootstrapSettings.unit', self.unit, UNITS)
