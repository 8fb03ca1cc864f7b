"""The questions that a dataset, or what wraps it, makes samples of."""

from __future__ import annotations

from typing import Any

from cra_plugin.datasets.unwrap import unwrap_datasets
from cra_plugin.datasets.video_qg_dataset import VideoQGDataset
from cra_plugin.structures.video_question import VideoQuestion


def dataset_questions(dataset: Any) -> list[VideoQuestion]:
    """List the questions of a dataset.

    Args:
        dataset (Any): A :class:`VideoQGDataset`, or a wrapper of some.

    Returns:
        list[VideoQuestion]: The questions that are kept; none of datasets of
        another kind.
    """
    return [
        part.get_data_info(index)['question_info']
        for part in unwrap_datasets(dataset)
        if isinstance(part, VideoQGDataset) for index in range(len(part))
    ]


def dataset_videos(dataset: Any) -> list[str]:
    """List the videos of the questions of a dataset.

    Args:
        dataset (Any): As for :func:`dataset_questions`.

    Returns:
        list[str]: The video of each question.
    """
    return [
        name for part in unwrap_datasets(dataset)
        if isinstance(part, VideoQGDataset)
        for name in part.question_videos.names(part)
    ]
