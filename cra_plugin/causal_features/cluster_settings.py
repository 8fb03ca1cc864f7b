"""Settings for the clustering of a confounder dictionary."""

from __future__ import annotations

from dataclasses import dataclass

from cra_plugin.utils.setting_ranges import check_ranges


@dataclass(frozen=True)
class ClusterSettings:
    """How a confounder dictionary is clustered.

    Attributes:
        num_clusters (int): Number of centers K. Defaults to 512.
        seed (int): Seed of the clustering. Defaults to 2024.
        passes (int): How often every sample is seen. Defaults to 4.
    """

    num_clusters: int = 512
    seed: int = 2024
    passes: int = 4

    def __post_init__(self) -> None:
        # scikit-learn takes seeds of 32 bits.
        check_ranges(self, dict(num_clusters=1, passes=1),
                     dict(seed=2**32 - 1))
