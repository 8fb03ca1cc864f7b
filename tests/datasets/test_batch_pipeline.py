"""Batches made at once are those that are made one by one."""

import copy

import numpy as np
import pytest
import torch
from mmcv.transforms import BaseTransform
from mmengine.dataset import pseudo_collate
from torch.utils.data import DataLoader

from cra_plugin.datasets.nextgqa import NextGQADataset
from cra_plugin.datasets.sample_batch import SampleBatch
from cra_plugin.datasets.stack_samples import stack_samples
from cra_plugin.datasets.transforms.paraphrase import Paraphrase

ORDER = [5, 2, 23, 2, 11, 0, 17]


class Brighten(BaseTransform):
    """What others add: it changes the frames in place."""

    def transform(self, results):
        results['frames'] += 1
        return results


class ParaphraseInTheDark(Paraphrase):
    """A transform of ours that does more."""

    def transform(self, results):
        results['frames'] *= 0
        return super().transform(results)


class Doubled(NextGQADataset):
    """A dataset that makes its samples in another way."""

    def prepare_data(self, idx):
        sample = super().prepare_data(idx)
        sample['inputs']['frames'] = sample['inputs']['frames'] * 2
        return sample


def build(split, pipeline, kind=NextGQADataset, **changed):
    return kind(**{**split.arguments, 'pipeline': pipeline, **changed})


def assert_same(found, expected):
    assert found.keys() == expected.keys()
    assert found['inputs'].keys() == expected['inputs'].keys()
    for name, values in expected['inputs'].items():
        assert len(found['inputs'][name]) == len(values) > 0
        for one, other in zip(found['inputs'][name], values):
            assert one.dtype == other.dtype and torch.equal(one, other), name
    for one, other in zip(found['data_samples'], expected['data_samples'],
                          strict=True):
        one, other = dict(one.metainfo), dict(other.metainfo)
        np.testing.assert_array_equal(
            one.pop('frame_times'), other.pop('frame_times'))
        assert one == other


def assert_batches_same(dataset, collate=stack_samples, workers=0):
    batches = list(DataLoader(dataset, 3, sampler=ORDER, collate_fn=collate,
                              num_workers=workers))
    assert len(batches) == 3
    for start, batch in zip((0, 3, 6), batches):
        assert_same(batch, collate(
            [dataset[index] for index in ORDER[start:start + 3]]))
        if collate is stack_samples:
            assert {type(values) for values in batch['inputs'].values()} == {
                torch.Tensor}


@pytest.mark.parametrize('workers', [0, 2])
@pytest.mark.parametrize('collate', [stack_samples, pseudo_collate])
def test_batches_are_the_same(split, pipeline, collate, workers):
    """Four of eight frames, rewordings, new choices and negatives."""
    dataset = build(split, pipeline)
    assert type(dataset.__getitems__([3, 1])) is SampleBatch
    assert_batches_same(dataset, collate, workers)


@pytest.mark.parametrize('change', [
    {'probe': 'replaced_questions'}, {'probe': 'shuffled_videos'},
    {'time_file': 'times.json', 'span_file': 'spans.json'},
    {'indices': 24}, {'test_mode': True}])
def test_whatever_else_a_dataset_does(split, pipeline, change):
    dataset = build(split, pipeline, **change)
    assert type(dataset.__getitems__([3, 1])) is SampleBatch
    assert_batches_same(dataset)


@pytest.mark.parametrize('changed', [
    {'max_length': 5}, {'max_length': 7}, {'max_length': 9},
    {'question_max_length': 5}, {'max_length': 7, 'question_max_length': 11},
    *({'max_length': length, 'space_before_separator': True}
      for length in (6, 8, 10, 16))])
def test_long_texts_are_cut_alike(split, pipeline, changed):
    pipeline[4].update(changed)
    dataset = build(split, pipeline)
    assert type(dataset.__getitems__([3, 1])) is SampleBatch
    assert_batches_same(dataset)


@pytest.mark.parametrize(('steps', 'place'), [
    ([0, 4, 5], 0), ([0, 1, 2, 4, 5], 0), ([0, 3, 4, 5], 0)])
def test_pipelines_that_do_less(split, pipeline, steps, place):
    dataset = build(split, [pipeline[step] for step in steps])
    assert type(dataset.__getitems__([3, 1])) is SampleBatch
    assert_batches_same(dataset)


def test_texts_that_nobody_knew(split, pipeline):
    dataset = build(split, pipeline)
    paraphrases = dataset.corpus.paraphrases
    for key, texts in paraphrases.items():
        paraphrases[key] = tuple(f'{text} now' for text in texts)
    assert type(dataset.__getitems__(range(24))) is list
    assert_batches_same(dataset, workers=1)


@pytest.mark.parametrize('place', [0, 1, 2, 5])
@pytest.mark.parametrize('step', [Brighten(), ParaphraseInTheDark()])
def test_what_others_add_is_run(split, pipeline, step, place):
    pipeline.insert(place, step)
    dataset = build(split, pipeline)
    assert type(dataset.__getitems__([3, 1])) is list
    assert_batches_same(dataset, workers=1)


def test_a_dataset_of_others_makes_its_own_samples(split, pipeline):
    dataset = build(split, pipeline, Doubled)
    assert_batches_same(dataset)
    plain = build(split, pipeline).__getitems__([2])[0]['inputs']['frames']
    assert torch.equal(
        dataset.__getitems__([2])[0]['inputs']['frames'], 2 * plain)


def test_features_that_only_hdf5_reads(split, pipeline):
    import h5py
    with h5py.File(split.folder / 'features.h5', 'a') as file:
        array = file['CLIPL_I'][:]
        del file['CLIPL_I']
        file.create_dataset('CLIPL_I', data=array, compression='gzip',
                            chunks=(1, *array.shape[1:]))
    dataset = build(split, pipeline)
    assert type(dataset.__getitems__([3, 1])) is list
    assert_batches_same(dataset)


def brighter(samples):
    for each in samples:
        each['inputs']['frames'] += 1
    return samples


def other_frames(samples):
    for each in samples:
        each['inputs']['frames'] = each['inputs']['frames'] * 2
    return samples


def other_inputs(samples):
    for each in samples:
        each['inputs'] = dict(each['inputs'], more=torch.ones(2))
    return samples


def in_order(samples):
    samples.sort(key=lambda each: float(each['inputs']['frames'].sum()))
    return samples


def brighter_batch(samples):
    batch = stack_samples(samples)
    batch['inputs']['frames'] *= 2
    return copy.deepcopy(batch)


@pytest.mark.parametrize('change', [
    brighter, other_frames, other_inputs, in_order, lambda each: each[::-1],
    lambda each: each + each[:1], brighter_batch])
def test_what_a_collate_function_of_others_does_is_kept(
        split, pipeline, change):
    """It changes samples or batches, or which samples there are."""
    def collate(samples):
        changed = change(samples)
        return changed if isinstance(changed, dict) else stack_samples(
            changed)

    dataset = build(split, pipeline)
    for workers in (0, 1):
        for start, batch in zip((0, 3, 6), DataLoader(
                dataset, 3, sampler=ORDER, collate_fn=collate,
                num_workers=workers)):
            assert_same(batch, collate(
                [dataset[index] for index in ORDER[start:start + 3]]))


def test_samples_of_inference_mode(split, pipeline):
    dataset = build(split, pipeline)
    with torch.inference_mode():
        batch, = DataLoader(dataset, 3, sampler=ORDER[:3],
                            collate_fn=stack_samples)
        assert_same(batch, stack_samples([dataset[i] for i in ORDER[:3]]))
