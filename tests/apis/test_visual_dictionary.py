import h5py
import numpy as np
import pytest

from cra_plugin.apis.visual_dictionary import build_visual_dictionary
from cra_plugin.causal_features.cluster_settings import ClusterSettings
from cra_plugin.causal_features.dictionary_file import read_dictionary
from cra_plugin.causal_features.visual_clusters import cluster_frames
from cra_plugin.datasets.features.feature_store import FeatureStore
from cra_plugin.errors import InputError
from cra_plugin.utils.files import file_digest

SETTINGS = ClusterSettings(num_clusters=6, seed=3, passes=2)


@pytest.fixture
def features(tiny_world):
    return tiny_world / 'features_train.h5'


def test_what_is_built(features, tmp_path):
    out = tmp_path / 'visual.safetensors'
    summary = build_visual_dictionary(features, out, SETTINGS)
    centers, provenance = read_dictionary(out)
    store = FeatureStore(features)
    np.testing.assert_array_equal(
        centers, cluster_frames(store, store.video_ids, 6, 3, 2))
    assert centers.shape == summary.shape == (6, 12)
    assert summary.num_samples == 6 * 8
    assert str(summary) == f'{out}: 6 centers of 12 from 48 frames'
    for key, value in {'kind': 'visual', 'num_samples': 48, 'seed': 3,
                       'key': 'CLIPL_I', 'num_clusters': 6}.items():
        assert provenance[key] == value
    assert provenance['sources'] == [['features_train.h5',
                                      file_digest(features)]]


def test_the_same_bytes_again(features, tmp_path):
    for name in ('a.npz', 'b.npz'):
        build_visual_dictionary(features, tmp_path / name, SETTINGS)
    assert (tmp_path / 'a.npz').read_bytes() == (
        tmp_path / 'b.npz').read_bytes()


def test_only_the_videos_of_the_annotations(features, tiny_world, tmp_path):
    """A file of several splits gives the dictionary of one."""
    both = tmp_path / 'both.h5'
    with h5py.File(both, 'w') as target:
        ids, frames = [], []
        for split in ('train', 'test'):
            with h5py.File(tiny_world / f'features_{split}.h5') as source:
                ids += list(source['vid'].asstr())
                frames.append(source['CLIPL_I'][()])
        target['vid'], target['CLIPL_I'] = ids, np.concatenate(frames)
    summary = build_visual_dictionary(
        both, tmp_path / 'some.npz', SETTINGS,
        annotations=[tiny_world / 'train.csv'])
    build_visual_dictionary(features, tmp_path / 'train.npz', SETTINGS)
    assert summary.num_samples == 48
    np.testing.assert_array_equal(
        read_dictionary(tmp_path / 'some.npz')[0],
        read_dictionary(tmp_path / 'train.npz')[0])


def test_videos_without_features(tiny_world, tmp_path):
    with pytest.raises(InputError, match='no features for'):
        build_visual_dictionary(
            tiny_world / 'features_val.h5', tmp_path / 'd.npz', SETTINGS,
            annotations=[tiny_world / 'train.csv'])


def test_more_centers_than_frames(features, tmp_path):
    with pytest.raises(InputError) as caught:
        build_visual_dictionary(
            features, tmp_path / 'd.npz', ClusterSettings(49))
    assert '49 centers for 48 frames' in str(caught.value)
    assert not (tmp_path / 'd.npz').exists()


def test_wrong_key_and_suffix(features, tmp_path):
    with pytest.raises(InputError, match='none'):
        build_visual_dictionary(
            features, tmp_path / 'd.npz', SETTINGS, key='none')
    with pytest.raises(InputError, match='suffix'):
        build_visual_dictionary('none.h5', tmp_path / 'd.pt', SETTINGS)
