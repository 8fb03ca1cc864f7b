import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from mmengine.dataset import pseudo_collate
from torch.utils.data import DataLoader

from cra_plugin.datasets.nextgqa import NextGQADataset
from cra_plugin.datasets.video_qg_dataset import VideoQGDataset
from cra_plugin.errors import InputError


class Keep:
    """A pipeline that keeps the sample as it is."""

    def __call__(self, results):
        return results


def same(first, second):
    """Whether two packed samples are identical."""
    assert first['inputs'].keys() == second['inputs'].keys()
    metas = [dict(s['data_samples'].metainfo) for s in (first, second)]
    times = [meta.pop('frame_times') for meta in metas]
    return (metas[0] == metas[1] and np.array_equal(*times)
            and all(torch.equal(value, second['inputs'][key])
                    for key, value in first['inputs'].items()))


def collect(loader):
    """All samples of an epoch by their key."""
    samples = {}
    for batch in loader:
        for index, sample in enumerate(batch['data_samples']):
            inputs = {k: v[index] for k, v in batch['inputs'].items()}
            samples[sample.key] = {'inputs': inputs, 'data_samples': sample}
    return samples


def load(dataset, **kwargs):
    return DataLoader(dataset, 3, collate_fn=pseudo_collate, **kwargs)


def all_same(first, second):
    assert first.keys() == second.keys() and len(first) == 24
    return [same(first[key], second[key]) for key in first]


def test_what_the_pipeline_is_given(split):
    dataset = NextGQADataset(**split.arguments, pipeline=[Keep()])
    results = dataset[5]
    assert results['question_info'].key == 'v1_1'
    assert results['video_id'] == 'v1' and results['sample_idx'] == 5
    assert results['question'] == 'why does the dog jump'
    assert results['choices'][results['gt_answer']] == 'sit dog'
    assert results['frames'].shape == (8, 6)
    assert results['frames'].dtype == np.float32
    assert results['corpus'] is dataset.corpus
    assert isinstance(results['rng'], np.random.Generator)


def test_frame_times_are_fractions_centers_or_as_filed(split):
    def times(**files):
        dataset = NextGQADataset(
            **split.arguments, **files, pipeline=[Keep()])
        return dataset[0]['frame_times']

    fractions = (np.arange(8) + .5) / 8
    np.testing.assert_allclose(times(), fractions)
    np.testing.assert_allclose(times(span_file='spans.json'), 16 * fractions)
    for files in ({}, {'span_file': 'spans.json'}):
        np.testing.assert_allclose(
            times(time_file='times.json', **files), np.arange(1, 9))


def test_without_features_the_video_is_left_to_the_pipeline(split):
    split.arguments['features'] = None
    dataset = NextGQADataset(
        **split.arguments, time_file='times.json', pipeline=[Keep()])
    assert dataset[4]['video_id'] == 'v1' and 'frames' not in dataset[4]
    np.testing.assert_array_equal(dataset[4]['frame_times'], np.arange(1, 9))


def test_draws_are_the_same_whatever_the_workers(split, pipeline):
    def epoch(number, **kwargs):
        dataset = NextGQADataset(**split.arguments, pipeline=pipeline)
        dataset.set_epoch(number, seed=7)
        return collect(load(dataset, **kwargs))

    first = epoch(0)
    for kwargs in ({'num_workers': 1}, {'num_workers': 2},
                   {'shuffle': True}, {'num_workers': 2, 'shuffle': True}):
        assert all(all_same(first, epoch(0, **kwargs)))
    assert not any(all_same(first, epoch(1)))


@pytest.mark.parametrize('context', ['fork', 'spawn'])
def test_set_epoch_reaches_persistent_workers(split, pipeline, context):
    dataset = NextGQADataset(**split.arguments, pipeline=pipeline)
    loader = load(dataset, num_workers=2, persistent_workers=True,
                  multiprocessing_context=context)
    other = NextGQADataset(**split.arguments, pipeline=pipeline)
    seen = []
    for epoch in (0, 1, 0):
        dataset.set_epoch(epoch, seed=3)
        other.set_epoch(epoch, seed=3)
        seen.append(collect(loader))
        assert all(all_same(seen[-1], collect(load(other))))
    assert all(all_same(seen[0], seen[2]))
    assert not any(all_same(seen[0], seen[1]))


def test_seed_argument_and_set_epoch_agree(split, pipeline):
    seeded = NextGQADataset(**split.arguments, pipeline=pipeline, seed=11)
    reset = NextGQADataset(**split.arguments, pipeline=pipeline, seed=5)
    assert not same(seeded[0], reset[0])
    reset.set_epoch(0, seed=11)
    assert same(seeded[0], reset[0])
    reset.set_epoch(1)
    seeded.set_epoch(1)
    assert same(seeded[3], reset[3])


def test_indices_keep_the_whole_corpus(split, pipeline):
    whole = NextGQADataset(**split.arguments, pipeline=pipeline)
    few = NextGQADataset(**split.arguments, pipeline=pipeline, indices=[5, 2])
    assert len(few) == 2 and len(few.corpus) == 24
    assert same(few[0], whole[5]) and same(few[1], whole[2])
    subset = whole.get_subset([2])
    assert len(subset) == 1 and same(subset[0], whole[2])
    subset.set_epoch(4)
    assert not same(subset[0], whole[2])


def test_indices_need_features_of_what_they_keep_only(split, make_features):
    make_features(split.folder / 'features.h5', split.videos[:1])
    assert len(NextGQADataset(**split.arguments, indices=4)) == 4
    with pytest.raises(InputError, match='for 5 of 6 videos'):
        NextGQADataset(**split.arguments)


def test_lazy_init(split):
    arguments = {**split.arguments, 'features': {'path': 'missing.h5'}}
    dataset = NextGQADataset(**arguments, lazy_init=True)
    assert dataset.feature_store is None
    with pytest.raises(InputError, match=r'missing\.h5'):
        dataset.full_init()
    dataset = NextGQADataset(
        **split.arguments, lazy_init=True, serialize_data=False)
    assert len(dataset) == 24 and len(dataset.feature_store) == 6


def test_texts_are_encoded_before_the_workers_start(split, pipeline):
    dataset = NextGQADataset(**split.arguments, pipeline=pipeline)
    table = dataset.pipeline.transforms[4]._table
    # 24 questions, 36 paraphrases and 20 choices
    assert len(table) == 24 + 36 + 20


def test_another_number_of_frame_times(split):
    times = {video: [1, 2, 3] for video in split.videos}
    (split.folder / 'times.json').write_text(json.dumps(times))
    with pytest.raises(InputError, match=r'times\.json: found 3 frame times '
                       r'for video v0; expected 8.*time_file=None'):
        NextGQADataset(**split.arguments, time_file='times.json')


def test_questions_with_another_number_of_choices(split, monkeypatch):
    dataset = NextGQADataset(**split.arguments, lazy_init=True)
    annotations = dataset.load_annotations()
    annotations.questions[3] = replace(
        annotations.questions[3], choices=('a', 'b'), answer=0)
    monkeypatch.setattr(dataset, 'load_annotations', lambda: annotations)
    with pytest.raises(InputError, match=r'\[2, 5\] choices'):
        dataset.full_init()


def test_the_base_reads_no_format():
    with pytest.raises(NotImplementedError):
        VideoQGDataset()
