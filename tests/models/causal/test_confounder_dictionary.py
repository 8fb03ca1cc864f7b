import pickle

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from cra_plugin.causal_features.dictionary_file import write_dictionary
from cra_plugin.errors import InputError
from cra_plugin.models.causal import BackDoorIntervention
from cra_plugin.models.causal.confounder_dictionary import (
    ConfounderDictionary,
)

CENTERS = np.arange(12, dtype=np.float32).reshape(3, 4)


@pytest.fixture(params=['npz', 'safetensors'])
def file(request, tmp_path):
    """A good dictionary file of either format."""
    path = tmp_path / f'visual.{request.param}'
    if request.param == 'npz':
        np.savez(path, centers=CENTERS, other=np.zeros(2))
    else:
        save_file({'centers': torch.from_numpy(CENTERS),
                   'other': torch.zeros(2)}, path)
    return path


def test_reads_a_file(file):
    dictionary = ConfounderDictionary((3, 4), str(file))
    assert dictionary.is_filled
    assert dictionary.centers.tolist() == CENTERS.tolist()


@pytest.mark.parametrize('kind', ['float16', 'float64'])
def test_other_precisions_become_float32(tmp_path, kind):
    np.savez(tmp_path / 'd.npz', centers=CENTERS.astype(kind))
    centers = ConfounderDictionary((3, 4), str(tmp_path / 'd.npz')).centers
    assert centers.dtype == torch.float32
    assert centers.tolist() == CENTERS.tolist()


def test_starts_random_and_unfilled():
    dictionary = ConfounderDictionary((30, 40))
    assert not dictionary.is_filled and not dictionary.filled
    assert dictionary.centers.std() == pytest.approx(1, abs=.1)


@pytest.mark.parametrize('trainable', [True, False])
def test_trainable_decides_parameter_or_buffer(trainable):
    dictionary = ConfounderDictionary((3, 4), trainable=trainable)
    assert isinstance(dictionary.centers, nn.Parameter) is trainable
    assert len(list(dictionary.parameters())) == trainable
    dictionary.fill(torch.from_numpy(CENTERS), 'a test')
    assert isinstance(dictionary.centers, nn.Parameter) is trainable


@pytest.mark.parametrize('trainable', [True, False])
def test_round_trip_of_the_state_dict(trainable):
    source = ConfounderDictionary((3, 4), trainable=trainable)
    target = ConfounderDictionary((3, 4), trainable=trainable)
    target.load_state_dict(source.state_dict())
    assert not target.is_filled
    source.fill(torch.from_numpy(CENTERS), 'a test')
    wrapper = nn.ModuleDict({'inner': target})
    wrapper.load_state_dict(nn.ModuleDict({'inner': source}).state_dict())
    assert target.is_filled
    assert target.centers.tolist() == CENTERS.tolist()


def test_a_checkpoint_of_an_unfilled_one_keeps_the_file(file):
    dictionary = ConfounderDictionary((3, 4), str(file))
    unfilled = ConfounderDictionary((3, 4)).state_dict()
    dictionary.load_state_dict(unfilled)
    assert dictionary.is_filled and dictionary.filled
    assert dictionary.centers.tolist() == CENTERS.tolist()


def test_a_checkpoint_of_a_filled_one_replaces_the_file(file):
    dictionary = ConfounderDictionary((3, 4), str(file))
    other = ConfounderDictionary((3, 4))
    other.fill(torch.ones(3, 4), 'test')
    dictionary.load_state_dict(other.state_dict())
    assert dictionary.centers.tolist() == torch.ones(3, 4).tolist()


def refused(path, *words):
    with pytest.raises(InputError) as caught:
        ConfounderDictionary((3, 4), str(path))
    for word in (str(path), *words):
        assert word in str(caught.value)


def test_missing_file(tmp_path):
    refused(tmp_path / 'none.npz', 'no such file', "an entry 'centers'")
    refused(tmp_path, 'no such file')


@pytest.mark.parametrize('keep', [0, 3, 60, -10])
def test_truncated_file(file, keep):
    file.write_bytes(file.read_bytes()[:keep])
    refused(file, 'unreadable')


def test_damaged_archive(tmp_path):
    path = tmp_path / 'd.npz'
    np.savez_compressed(path, centers=np.random.rand(50, 50))
    content = bytearray(path.read_bytes())
    content[400:900] = bytes(500)
    path.write_bytes(content)
    refused(path, 'unreadable')


class Malicious:
    """Writes a file when it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return open, (str(self.path), 'w')


@pytest.mark.parametrize('name', ['d.npz', 'd.pkl', 'd.pt', 'd.safetensors'])
def test_pickles_are_refused_and_not_run(tmp_path, name):
    victim = tmp_path / 'victim'
    (tmp_path / name).write_bytes(pickle.dumps(Malicious(victim)))
    refused(tmp_path / name)
    torch.save({'centers': Malicious(victim)}, tmp_path / name)
    refused(tmp_path / name)
    assert not victim.exists()


def test_pickled_array_in_an_archive_is_refused(tmp_path):
    victim = tmp_path / 'victim'
    centers = np.empty(1, dtype=object)
    centers[0] = Malicious(victim)
    np.savez(tmp_path / 'd.npz', centers=centers)
    refused(tmp_path / 'd.npz', 'unreadable')
    assert not victim.exists()


def test_plain_array_file_is_refused(tmp_path):
    np.save(tmp_path / 'd.npy', CENTERS)
    refused(tmp_path / 'd.npy')


def test_missing_entry(tmp_path):
    np.savez(tmp_path / 'd.npz', centres=CENTERS)
    refused(tmp_path / 'd.npz', 'entries')
    save_file({'means': torch.zeros(2)}, tmp_path / 'd.safetensors')
    refused(tmp_path / 'd.safetensors', "['means']")


def test_wrong_shape_names_both_widths_and_the_options(file):
    with pytest.raises(InputError) as caught:
        ConfounderDictionary((512, 7), str(file),
                             options=('front.num_clusters', 'front.width'))
    for word in (str(file), '3 centers of width 4', '512 of width 7',
                 'front.num_clusters=3 front.width=4'):
        assert word in str(caught.value)


def test_only_the_options_that_differ_are_named(file):
    with pytest.raises(InputError) as caught:
        ConfounderDictionary((3, 7), str(file), options=('count', 'width'))
    assert 'width=4' in str(caught.value)
    assert 'count' not in str(caught.value)


def test_an_encoder_of_another_width(tmp_path):
    path = tmp_path / 'language.npz'
    np.savez(path, centers=np.zeros((3, 8, 512), np.float32))
    with pytest.raises(InputError) as caught:
        BackDoorIntervention(16, num_clusters=3, dictionary=str(path))
    for word in ('width 512', 'width 768',
                 'BackDoorIntervention.node_dim=512'):
        assert word in str(caught.value)


def test_the_dictionary_of_the_other_side(file):
    with pytest.raises(InputError, match='other side'):
        BackDoorIntervention(16, 4, num_clusters=3, dictionary=str(file))


def test_provenance_is_kept(tmp_path):
    write_dictionary(tmp_path / 'd.npz', CENTERS, {'seed': 5})
    dictionary = ConfounderDictionary((3, 4), str(tmp_path / 'd.npz'))
    assert dictionary.provenance == {'seed': 5}
    assert ConfounderDictionary((3, 4)).provenance == {}


@pytest.mark.parametrize('same', [True, False])
def test_a_checkpoint_with_other_centers_is_told(tmp_path, caplog, same):
    write_dictionary(tmp_path / 'd.npz', CENTERS, {'seed': 5})
    dictionary = ConfounderDictionary((3, 4), str(tmp_path / 'd.npz'))
    other = ConfounderDictionary((3, 4))
    other.fill(torch.from_numpy(CENTERS) + (not same), 'a checkpoint')
    nn.ModuleDict({'back_door': dictionary}).load_state_dict(
        nn.ModuleDict({'back_door': other}).state_dict())
    assert torch.equal(dictionary.centers, other.centers)
    assert ('replace' in caplog.text) is not same
    assert dictionary.provenance == ({'seed': 5} if same else {})
