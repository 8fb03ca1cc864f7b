"""The dataset of questions of one's own."""

from __future__ import annotations

from cra_plugin.annotations.annotation_set import AnnotationSet
from cra_plugin.annotations.grounded_qa import read_grounded_qa
from cra_plugin.datasets.video_qg_dataset import VideoQGDataset
from cra_plugin.registry import DATASETS


@DATASETS.register_module()
class GroundedQADataset(VideoQGDataset):
    """Questions of any source: csv, JSON or JSON Lines (docs/your_data.md).

    Without answers only predictions are written, and without spans answer
    accuracy alone is computed. Durations that the file does not give are
    those of the feature file, or of the videos.

    Args:
        ann_file (str): See
            :func:`~cra_plugin.annotations.grounded_qa.read_grounded_qa`. All
            questions of one file have the same number of choices.
        **kwargs: Of :class:`VideoQGDataset`.

    Examples:
        >>> dataset = GroundedQADataset(  # doctest: +SKIP
        ...     ann_file='questions.jsonl', data_root='data/mine',
        ...     features=dict(path='features.h5', key='features'))
    """

    METAINFO = {'dataset': 'grounded_qa'}

    def load_annotations(self) -> AnnotationSet:
        """Read the questions.

        Returns:
            AnnotationSet: All that is annotated about the split.
        """
        return read_grounded_qa(self.ann_file)
