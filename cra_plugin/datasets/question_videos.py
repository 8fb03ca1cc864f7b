"""The videos of the questions of a dataset, looked up once."""

from __future__ import annotations

from typing import Any

from mmengine.dataset import BaseDataset


class QuestionVideos:
    """Keeps a name per question; the questions themselves lie packed."""

    def __init__(self) -> None:
        self._of: Any = None
        self._names: list[str] = []

    def names(self, dataset: BaseDataset) -> list[str]:
        """Name the video of each question that is kept.

        Args:
            dataset (BaseDataset): Its samples have ``question_info``.

        Returns:
            list[str]: A name per question, in their order.
        """
        dataset.full_init()
        # A dataset that is cut down to a subset holds others from then on.
        held = (dataset.data_address if dataset.serialize_data
                else dataset.data_list)
        if held is not self._of:
            self._names = [
                dataset.get_data_info(index)['question_info'].video_id
                for index in range(len(dataset))]
            self._of = held
        return self._names
