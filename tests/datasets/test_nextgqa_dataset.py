import numpy as np
import pytest
from mmengine.registry import DATASETS, DefaultScope
from mmengine.runner import Runner

from cra_plugin.annotations.nextgqa import read_nextgqa
from cra_plugin.datasets.nextgqa import NextGQADataset
from cra_plugin.errors import InputError
from cra_plugin.utils.text_forms import comparable


def test_is_built_under_mmactions_scope(split):
    with DefaultScope.overwrite_default_scope('mmaction'):
        dataset = DATASETS.build(
            {'type': 'cra_plugin.NextGQADataset', **split.arguments})
    assert isinstance(dataset, NextGQADataset)
    assert dataset.metainfo == {'dataset': 'nextgqa', 'num_choices': 5}


def test_in_a_data_loader_of_the_runner(split, pipeline):
    with DefaultScope.overwrite_default_scope('mmaction'):
        loader = Runner.build_dataloader({
            'batch_size': 6, 'num_workers': 1, 'persistent_workers': True,
            'sampler': {'type': 'DefaultSampler', 'shuffle': True},
            'collate_fn': {'type': 'default_collate'},
            'dataset': {'type': 'cra_plugin.NextGQADataset',
                        **split.arguments, 'pipeline': pipeline}})
    batches = list(loader)
    assert len(batches) == 4
    for batch in batches:
        shapes = {key: tuple(value.shape)
                  for key, value in batch['inputs'].items()}
        assert shapes == {
            'frames': (6, 4, 6), 'choice_tokens': (6, 5, 16),
            'choice_mask': (6, 5, 16), 'question_tokens': (6, 5, 16),
            'question_mask': (6, 5, 16)}
        assert len(batch['data_samples']) == 6


def test_absolute_paths_and_no_data_root(split):
    folder = split.folder
    dataset = NextGQADataset(
        str(folder / 'train.csv'), data_root='/elsewhere',
        span_file=str(folder / 'spans.json'),
        features={'path': str(folder / 'features.h5'), 'key': 'CLIPL_I'})
    assert dataset[0]['question_info'].spans == ((1., 4.), )
    dataset = NextGQADataset(str(folder / 'train.csv'))
    assert len(dataset) == 24


@pytest.mark.parametrize('name', ['ann_file', 'span_file', 'time_file',
                                  'paraphrase_file'])
def test_missing_files_are_named(split, name):
    arguments = {**split.arguments, name: 'absent.any'}
    with pytest.raises(InputError, match=rf'{split.folder}/absent\.any'):
        NextGQADataset(**arguments)


def test_real_annotations(shared_dir, tmp_path, pipeline, make_features):
    data = shared_dir / 'data' / 'nextgqa'
    files = {'span_file': 'gsub_test.json',
             'time_file': 'frame2time_test.json'}
    questions = read_nextgqa(data / 'test.csv').questions
    make_features(tmp_path / 'features.h5',
                  sorted({q.video_id for q in questions}), shape=(32, 3))
    dataset = NextGQADataset(
        'test.csv', data_root=str(data), **files, pipeline=pipeline,
        features={'path': str(tmp_path / 'features.h5')})
    assert len(dataset) == 5553 and len(dataset.corpus) > 5000
    for index in np.random.default_rng(0).integers(5553, size=200):
        packed = dataset[index]
        sample, inputs = packed['data_samples'], packed['inputs']
        info = dataset.get_data_info(index)['question_info']
        assert inputs['frames'].shape == (4, 3)
        assert inputs['question_tokens'].shape == (5, 16)
        assert len(set(map(comparable, sample.choices))) == 5 or (
            sample.choices == info.choices)
        assert sample.choices[sample.gt_answer] == info.choices[info.answer]
        assert sample.frame_times.shape == (4, )
        assert sample.question_info.spans and sample.duration > 0
