import json

import h5py
import numpy as np
import pytest
from mmengine.registry import DATASETS, DefaultScope

from cra_plugin.datasets.star import STARDataset
from cra_plugin.errors import InputError
from tests.helpers.star_files import TYPES, write_star


@pytest.fixture
def star(tmp_path):
    """Three splits of 40 questions; dataset arguments of one of them."""
    write_star(tmp_path)

    def arguments(split, **more):
        return {
            'ann_file': f'STAR_{split}.json', 'data_root': str(tmp_path),
            'features': {'path': f'features_{split}.h5'}, **more}

    arguments.folder = tmp_path
    return arguments


def add_to_features(folder, split, **arrays):
    with h5py.File(folder / f'features_{split}.h5', 'a') as file:
        for name, array in arrays.items():
            file[name] = array


def test_is_built_under_mmactions_scope(star):
    with DefaultScope.overwrite_default_scope('mmaction'):
        dataset = DATASETS.build(
            {'type': 'cra_plugin.STARDataset', **star('train')})
    assert isinstance(dataset, STARDataset) and len(dataset) == 40
    assert dataset.metainfo == {'dataset': 'star', 'num_choices': 4}
    kinds = [dataset.get_data_info(i)['question_info'].type
             for i in range(40)]
    assert sorted(kinds) == sorted(TYPES * 10)


def test_training_needs_no_durations(star):
    results = STARDataset(**star('train'))[3]
    assert results['question_info'].duration is None
    assert results['question_info'].key.endswith('_Feasibility_T4_3')
    assert len(results['choices']) == 4
    np.testing.assert_allclose(results['frame_times'],
                               (np.arange(8) + .5) / 8)


def test_durations_of_the_metadata_spread_the_frames(star):
    dataset = STARDataset(
        **star('val', video_file='STAR_videos.json', test_mode=True))
    results = dataset[0]
    duration = json.loads((star.folder / 'STAR_videos.json').read_text())[
        results['video_id']]['duration']
    assert results['question_info'].duration == duration
    np.testing.assert_allclose(results['frame_times'],
                               duration * (np.arange(8) + .5) / 8)


def test_durations_and_frame_times_of_the_feature_file(star):
    times = np.arange(160.0).reshape(20, 8) / 20
    add_to_features(star.folder, 'val', duration=np.full(20, 22.5),
                    frame_times=times)
    results = STARDataset(**star('val', test_mode=True))[21]
    assert results['question_info'].duration == 22.5
    np.testing.assert_allclose(results['frame_times'], times[1])


def test_files_go_before_the_feature_file(star):
    add_to_features(star.folder, 'val', duration=np.full(20, 99.0),
                    frame_times=np.ones((20, 8)))
    entries = json.loads((star.folder / 'STAR_val.json').read_text())
    (star.folder / 'times.json').write_text(json.dumps(
        {entry['video_id']: list(range(8)) for entry in entries}))
    files = {'video_file': 'STAR_videos.json', 'time_file': 'times.json'}
    results = STARDataset(**star('val', **files))[5]
    assert results['question_info'].duration < 41
    assert results['frame_times'].tolist() == list(range(8))


def test_without_any_duration_the_options_are_named(star):
    with pytest.raises(InputError, match=r'STAR_val\.json: found 20 videos of '
                       r'unknown duration \(S1X000, S1X001, S1X002, and 17 '
                       r'more\).*set video_file .*`duration`'):
        STARDataset(**star('val', test_mode=True))
    with pytest.raises(InputError, match='unknown duration'):
        STARDataset(**star('test', test_mode=True, features=None))


def test_frame_times_outside_the_metadata_are_refused(star):
    add_to_features(star.folder, 'val', frame_times=np.full((20, 8), 60.0))
    with pytest.raises(InputError, match=r'last frame of video S1X000 at 60 s'
                       r'.*features_val\.h5.*durations and frame times of '
                       'the same videos'):
        STARDataset(**star('val', video_file='STAR_videos.json'))


@pytest.mark.parametrize('name', ['ann_file', 'video_file', 'time_file'])
def test_missing_files_are_named(star, name):
    with pytest.raises(InputError, match=rf'{star.folder}/absent\.any'):
        STARDataset(**star('val', **{name: 'absent.any'}))
    with pytest.raises(InputError, match=r'/elsewhere/absent\.any'):
        STARDataset(**star('val', **{name: '/elsewhere/absent.any'}))


def test_the_training_pipeline_draws_four_of_each(star, tokenizer_folder):
    dataset = STARDataset(**star('train', pipeline=[
        {'type': 'cra_plugin.SampleFeatureFrames', 'num_frames': 4},
        {'type': 'cra_plugin.RedrawChoices', 'prob': 1.0},
        {'type': 'cra_plugin.DrawQuestionNegatives', 'same_video_prob': 0.5},
        {'type': 'cra_plugin.TokenizeText', 'max_length': 16,
         'tokenizer': str(tokenizer_folder)},
        {'type': 'cra_plugin.PackVideoQGInputs'}]))
    for index in range(40):
        packed = dataset[index]
        sample, inputs = packed['data_samples'], packed['inputs']
        info = dataset.get_data_info(index)['question_info']
        assert inputs['choice_tokens'].shape == (4, 16)
        assert inputs['question_tokens'].shape == (4, 16)
        assert sample.choices[sample.gt_answer] == info.choices[info.answer]
        assert len(set(sample.choices)) == 4
        assert sample.question_info.spans == info.spans


def test_the_test_split_has_samples_without_answers(star):
    dataset = STARDataset(
        **star('test', video_file='STAR_videos.json', test_mode=True))
    assert len(dataset) == 40
    assert all(dataset[index]['gt_answer'] is None for index in range(40))
