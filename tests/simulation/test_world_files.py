import json

import h5py
import numpy as np
import pytest

from cra_plugin.annotations.nextgqa import find_nextgqa
from cra_plugin.simulation.grounded_world import GroundedWorld
from cra_plugin.simulation.world_files import write_world
from cra_plugin.simulation.world_settings import (
    SPLITS,
    WorldSettings,
)

SETTINGS = WorldSettings(
    train_videos=4, val_videos=2, test_videos=2, test_ood_videos=3, seed=5)


@pytest.fixture(scope='module')
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp('worlds') / 'world'
    write_world(GroundedWorld(SETTINGS), folder)
    return folder


def test_file_names(folder):
    expected = {'world.json'}
    for split in SPLITS:
        expected |= {f'{split}.csv', f'frame2time_{split}.json',
                     f'features_{split}.h5'}
    expected |= {f'gsub_{split}.json' for split in SPLITS if split != 'train'}
    assert {path.name for path in folder.iterdir()} == expected


@pytest.mark.parametrize('split', SPLITS)
def test_reader_gives_the_world_back(folder, split):
    videos = GroundedWorld(SETTINGS).videos(split)
    annotations = find_nextgqa(folder, split, require_spans=split != 'train')
    expected = [one for video in videos for one in video.questions]
    assert len(annotations.questions) == len(expected)
    for found, wanted in zip(annotations.questions, expected):
        assert (found.key, found.question, found.choices, found.answer,
                found.type) == (wanted.key, wanted.question, wanted.choices,
                                wanted.answer, wanted.type)
        assert found.spans == (() if split == 'train' else wanted.spans)
    for video in videos:
        np.testing.assert_allclose(annotations.frame_times[video.video_id],
                                   video.frame_times)


@pytest.mark.parametrize('split', SPLITS)
def test_features_in_the_file(folder, split):
    world = GroundedWorld(SETTINGS)
    videos = world.videos(split)
    with h5py.File(folder / f'features_{split}.h5') as file:
        assert list(file['vid'].asstr()) == [one.video_id for one in videos]
        assert file['CLIPL_I'].shape == (len(videos), 32, 64)
        np.testing.assert_array_equal(file['CLIPL_I'][-1],
                                      world.frames(videos[-1]))


def test_settings_are_kept(folder):
    content = json.loads((folder / 'world.json').read_text())
    assert WorldSettings(**content['settings']) == SETTINGS
    assert set(content['num_questions']) == set(SPLITS)


def test_writing_again_gives_the_same_bytes(folder, tmp_path):
    write_world(GroundedWorld(SETTINGS), tmp_path)
    for path in folder.iterdir():
        assert (tmp_path / path.name).read_bytes() == path.read_bytes()
