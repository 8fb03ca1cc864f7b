"""Summarize what a confounder dictionary was built from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import sklearn

from cra_plugin.annotations.formats import read_question_file
from cra_plugin.causal_features.cluster_settings import ClusterSettings
from cra_plugin.structures.video_question import VideoQuestion
from cra_plugin.utils.files import file_digest
from cra_plugin.version import __version__

NUM_CLUSTERS_OPTION = '--num-clusters '


@dataclass(frozen=True)
class DictionarySummary:
    """What was built, and from what.

    Attributes:
        path (str): The dictionary file.
        shape (tuple[int, ...]): Shape of the centers.
        num_samples (int): Samples that were clustered.
        samples (str): What these are, in the plural.
        absent (dict[str, int]): Node to the number of graphs that lack it;
            empty on the visual side.
    """

    path: str
    shape: tuple[int, ...]
    num_samples: int
    samples: str
    absent: dict[str, int]

    def __str__(self) -> str:
        size = ' x '.join(map(str, self.shape[1:]))
        text = (f'{self.path}: {self.shape[0]} centers of {size} from '
                f'{self.num_samples} {self.samples}')
        if self.absent:
            shares = ', '.join(
                f'{name} {100 * count / self.num_samples:.1f} %'
                for name, count in self.absent.items() if count)
            text += f'; graphs without a node: {shares or "none"}'
        return text


def read_question_files(
        files: Sequence[str | Path]) -> list[VideoQuestion]:
    """Read the questions of several files.

    Args:
        files (Sequence[str | Path]): Files of NExT-GQA (``.csv``) or STAR
            (``.json``).

    Returns:
        list[VideoQuestion]: The questions, file by file.

    Raises:
        InputError: If a file is missing or malformed.
    """
    return [
        question for file in files
        for question in read_question_file(file).questions
    ]


def describe_provenance(kind: str, sources: Sequence[str | Path],
                        settings: ClusterSettings, num_samples: int,
                        **details: Any) -> dict[str, Any]:
    """Say what made a dictionary; no times, so that it can be repeated.

    Args:
        kind (str): ``'language'`` or ``'visual'``.
        sources (Sequence[str | Path]): The files it was made from.
        settings (ClusterSettings): How it was clustered.
        num_samples (int): How many samples were clustered.
        **details (Any): What else counts, for JSON.

    Returns:
        dict[str, Any]: Everything, with versions and digests.
    """
    return {
        'kind': kind,
        'version': __version__,
        'scikit-learn': sklearn.__version__,
        'sources': [[Path(source).name, file_digest(source)]
                    for source in sources],
        'num_samples': num_samples,
        **asdict(settings),
        **details
    }
