"""NExT-GQA, https://github.com/doc-doc/NExT-GQA, and NExT-QA."""

from __future__ import annotations

from typing import Any

from cra_plugin.annotations.annotation_set import AnnotationSet
from cra_plugin.annotations.nextgqa import read_nextgqa
from cra_plugin.datasets.video_qg_dataset import VideoQGDataset
from cra_plugin.registry import DATASETS


@DATASETS.register_module()
class NextGQADataset(VideoQGDataset):
    """NExT-GQA: five choices, spans in the val and test split only.

    Args:
        ann_file (str): ``{split}.csv`` of NExT-GQA, or of NExT-QA, which has
            no spans.
        span_file (str, optional): ``gsub_{split}.json``. Defaults to None:
            neither spans nor durations.
        time_file (str, optional): ``frame2time_{split}.json``, the seconds
            of the frames. Defaults to None.
        paraphrase_file (str, optional): ``train_gpt4_sub.json``.
            Defaults to None.
        **kwargs: Of :class:`VideoQGDataset`; all paths may be relative to its
            ``data_root``.

    Examples:
        >>> dataset = NextGQADataset(  # doctest: +SKIP
        ...     'train.csv', paraphrase_file='train_gpt4_sub.json',
        ...     data_root='data/nextgqa',
        ...     features=dict(path='features/train.h5', key='CLIPL_I'))
    """

    METAINFO = {'dataset': 'nextgqa'}

    def __init__(self,
                 ann_file: str,
                 span_file: str | None = None,
                 time_file: str | None = None,
                 paraphrase_file: str | None = None,
                 **kwargs: Any) -> None:
        self.span_file = span_file
        self.time_file = time_file
        self.paraphrase_file = paraphrase_file
        super().__init__(ann_file, **kwargs)

    def load_annotations(self) -> AnnotationSet:
        """Read the files of the split.

        Returns:
            AnnotationSet: All that is annotated about the split.
        """
        return read_nextgqa(self.ann_file, self.span_file, self.time_file,
                            self.paraphrase_file)

    def _join_prefix(self) -> None:
        """Let relative paths start from ``data_root``."""
        super()._join_prefix()
        self.span_file = self._join_root(self.span_file)
        self.time_file = self._join_root(self.time_file)
        self.paraphrase_file = self._join_root(self.paraphrase_file)
