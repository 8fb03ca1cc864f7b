"""Videos of questions, looked up once and anew where others are kept."""

import copy

import pytest
from mmengine.dataset import ConcatDataset, RepeatDataset

from cra_plugin.datasets.dataset_questions import (
    dataset_questions,
    dataset_videos,
)
from cra_plugin.datasets.nextgqa import NextGQADataset


@pytest.mark.parametrize('serialize_data', [True, False])
def test_videos_are_those_of_the_questions(split, serialize_data):
    def told(dataset):
        videos = dataset_videos(dataset)
        assert videos == dataset_videos(dataset) == [
            each.video_id for each in dataset_questions(dataset)]
        return videos

    dataset = NextGQADataset(**split.arguments, serialize_data=serialize_data)
    assert told(dataset) == [f'v{index // 4}' for index in range(24)]
    other = copy.deepcopy(dataset)
    other.get_subset_([23, 0, 1])
    assert told(other) == ['v5', 'v0', 'v0']
    assert other.video_ids() == ['v5', 'v0']
    other.get_subset_(1)
    assert told(other) == ['v5'] == told(dataset.get_subset([22]))
    assert told(ConcatDataset([dataset, other])) == told(dataset) + ['v5']
    assert told(RepeatDataset(other, 3)) == ['v5']
    assert dataset_videos([1, 2]) == []


def test_they_are_looked_up_once(split, monkeypatch):
    dataset = NextGQADataset(**split.arguments)
    monkeypatch.setattr(dataset, 'get_data_info', None)
    assert len(dataset_videos(dataset)) == 24
    assert len(dataset.video_ids()) == 6
