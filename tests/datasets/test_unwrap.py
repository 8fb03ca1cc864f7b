"""Datasets inside wrappers, built or not."""

from mmengine.config import ConfigDict
from mmengine.dataset import BaseDataset, ConcatDataset, RepeatDataset

from cra_plugin.datasets.unwrap import unwrap_datasets


def test_built_datasets():
    first, second = BaseDataset(lazy_init=True), BaseDataset(lazy_init=True)
    assert list(unwrap_datasets(first)) == [first]
    repeated = RepeatDataset(first, 2, lazy_init=True)
    assert list(unwrap_datasets(repeated)) == [first]
    both = ConcatDataset([first, second], lazy_init=True)
    assert list(unwrap_datasets(both)) == [first, second]


def test_configs():
    inner = {'type': 'A', 'pipeline': []}
    config = ConfigDict(type='RepeatDataset', dataset=dict(
        type='ConcatDataset', datasets=[inner, {'type': 'B'}]))
    assert [each.type for each in unwrap_datasets(config)] == ['A', 'B']
    assert [each.type for each in unwrap_datasets(ConfigDict(inner))] == ['A']
