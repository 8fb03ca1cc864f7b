"""The dataset of STAR's files, https://bobbywu.com/STAR."""

from __future__ import annotations

from typing import Any

from cra_plugin.annotations.annotation_set import AnnotationSet
from cra_plugin.annotations.star import read_star
from cra_plugin.datasets.video_qg_dataset import VideoQGDataset
from cra_plugin.errors import InputError
from cra_plugin.registry import DATASETS
from cra_plugin.utils.counted import counted
from cra_plugin.utils.key_warning import name_keys


@DATASETS.register_module()
class STARDataset(VideoQGDataset):
    """STAR: four choices, a span in every question, no answers in test.

    STAR's files say where the segment of a question starts and ends, not how
    long its video is. Spans are predicted in seconds, so with ``test_mode``
    every video needs a duration: from ``video_file`` or from ``duration`` of
    the feature file. Training needs none.

    Args:
        ann_file (str): ``STAR_{train,val,test}.json``.
        video_file (str, optional): JSON ``{video: {"duration": seconds,
            "frame_times": [T seconds]}}``, the frame times optional, see
            :func:`~cra_plugin.annotations.video_metadata.
            read_video_metadata`. Defaults to None.
        time_file (str, optional): Seconds of the frames in the format of
            NExT-GQA's ``frame2time_{split}.json``. Defaults to None.
        **kwargs: Of :class:`VideoQGDataset`; all paths may be relative to its
            ``data_root``.

    Examples:
        >>> dataset = STARDataset(  # doctest: +SKIP
        ...     'STAR_val.json', video_file='STAR_videos.json',
        ...     data_root='data/star', test_mode=True,
        ...     features=dict(path='features_val.h5', key='CLIPL_I'))
    """

    METAINFO = {'dataset': 'star'}

    def __init__(self,
                 ann_file: str,
                 video_file: str | None = None,
                 time_file: str | None = None,
                 **kwargs: Any) -> None:
        self.video_file = video_file
        self.time_file = time_file
        super().__init__(ann_file, **kwargs)

    def load_annotations(self) -> AnnotationSet:
        """Read the files of the split.

        Returns:
            AnnotationSet: All that is annotated about the split.
        """
        return read_star(self.ann_file, self.video_file, self.time_file)

    def load_data_list(self) -> list[dict[str, Any]]:
        """Read the questions; with ``test_mode`` all need a duration.

        Returns:
            list[dict]: One ``{question_info: VideoQuestion}`` a question.

        Raises:
            InputError: If a file is at fault or a duration missing.
        """
        data_list = super().load_data_list()
        questions = [each['question_info'] for each in data_list]
        unknown = list(dict.fromkeys(
            question.video_id for question in questions
            if question.duration is None))
        if self.test_mode and unknown:
            raise InputError(
                self.ann_file,
                f'{counted(len(unknown), "video")} of unknown duration'
                f'{name_keys(unknown)}', 'the seconds of every video, or '
                'predicted spans cannot be compared',
                'set video_file to a JSON {video: {"duration": seconds}}, or '
                'use a feature file that holds `duration` '
                '(docs/data_preparation.md)')
        return data_list

    def _join_prefix(self) -> None:
        """Let relative paths start from ``data_root``."""
        super()._join_prefix()
        self.video_file = self._join_root(self.video_file)
        self.time_file = self._join_root(self.time_file)
