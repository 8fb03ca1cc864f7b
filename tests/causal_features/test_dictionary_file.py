import io
import json
import os
import subprocess
import sys
import zipfile

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import save_file

from cra_plugin.causal_features.dictionary_file import (
    SUFFIXES,
    check_output,
    read_dictionary,
    write_dictionary,
)
from cra_plugin.cli.run_faults import explain_fault
from cra_plugin.errors import InputError
from tests.helpers.flipped_bits import flipped

CENTERS = np.arange(12, dtype=np.float32).reshape(3, 4)
PROVENANCE = {'kind': 'visual', 'sources': {'b.h5': '12', 'a.h5': '34'},
              'seed': 3}


@pytest.fixture(params=SUFFIXES)
def path(request, tmp_path):
    return tmp_path / f'dictionary{request.param}'


def test_round_trip(path):
    write_dictionary(path, CENTERS, PROVENANCE)
    centers, provenance = read_dictionary(path)
    np.testing.assert_array_equal(centers, CENTERS)
    assert centers.dtype == np.float32
    assert provenance == PROVENANCE


def test_views_and_other_precisions(path):
    turned = CENTERS.astype(np.float64).T
    write_dictionary(path, turned, {})
    centers, provenance = read_dictionary(path)
    np.testing.assert_array_equal(centers, turned)
    assert provenance == {}


def test_the_same_bytes_from_every_process(path):
    """Whatever the order of the fields and the hash seed are."""
    write_dictionary(path, CENTERS, PROVENANCE)
    first = path.read_bytes()
    turned = dict(reversed(PROVENANCE.items()))
    for seed in '12':
        subprocess.run(
            [sys.executable, '-c',
             'import sys, json, numpy as np\n'
             'from cra_plugin.causal_features.dictionary_file import '
             'write_dictionary\n'
             'write_dictionary(sys.argv[1], np.arange(12.).reshape(3, 4),'
             ' json.loads(sys.argv[2]))', path, json.dumps(turned)],
            check=True, env={'PYTHONHASHSEED': seed,
                             'PYTHONPATH': ':'.join(sys.path)})
        assert path.read_bytes() == first


def test_other_readers_find_the_provenance(tmp_path):
    path = tmp_path / 'd.safetensors'
    write_dictionary(path, CENTERS, PROVENANCE)
    with safe_open(path, 'np') as file:
        provenance = json.loads(file.metadata()['provenance'])
    assert len(provenance.pop('content_sha256')) == 64
    assert provenance == PROVENANCE


def test_no_changed_bit_becomes_a_number(path):
    write_dictionary(path, CENTERS, PROVENANCE)
    whole, refused = path.read_bytes(), 0
    places = range(0, len(whole), 3)
    for place in places:
        path.write_bytes(flipped(whole, 8 * place + place % 8))
        try:
            centers, _ = read_dictionary(path)
        except InputError:
            refused += 1
        else:
            np.testing.assert_array_equal(centers, CENTERS)
    # Much of an archive of two small arrays is dates and paddings.
    assert refused > len(places) / 2


def test_dictionaries_of_others_have_no_checksum(path):
    if path.suffix == '.npz':
        np.savez(path, centers=CENTERS)
    else:
        save_file({'centers': CENTERS}, path)
    centers, provenance = read_dictionary(path)
    np.testing.assert_array_equal(centers, CENTERS)
    assert provenance == {}


def test_others_may_read_what_is_written(path):
    (path.parent / 'plain').write_text('')
    write_dictionary(path, CENTERS, PROVENANCE)
    assert path.stat().st_mode == (path.parent / 'plain').stat().st_mode


def test_a_failed_write_leaves_the_old_file(path):
    write_dictionary(path, CENTERS, PROVENANCE)
    before = path.read_bytes()
    with pytest.raises(TypeError):
        write_dictionary(path, CENTERS, {'source': path})
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize('name', ['d', 'd.pt', 'd.npy', 'd.pkl'])
def test_other_suffixes(tmp_path, name):
    with pytest.raises(InputError, match=r'\.safetensors or \.npz'):
        check_output(tmp_path / name)
    with pytest.raises(InputError):
        write_dictionary(tmp_path / name, CENTERS, {})
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize('centers', [
    np.array([[1, np.nan]], np.float32), np.array([[1, np.inf]], np.float32),
    np.ones((2, 2), int), np.float32(3), np.ones(4, np.float32),
    np.ones((0, 64), np.float32), np.ones((3, 0), np.float32)])
@pytest.mark.parametrize('suffix', SUFFIXES)
def test_centers_that_are_no_numbers(tmp_path, suffix, centers):
    path = tmp_path / f'd{suffix}'
    if suffix == '.npz':
        np.savez(path, centers=centers)
    else:
        save_file({'centers': np.atleast_1d(centers)}, path)
    with pytest.raises(InputError, match=r'finite floating point|NaN'):
        read_dictionary(path)


def test_what_could_not_be_read_is_not_written(path):
    with pytest.raises(InputError, match='not finite'):
        write_dictionary(path, np.array([[1.0, np.inf]]), {})
    assert not path.exists()


def test_a_folder_is_no_file(tmp_path):
    (tmp_path / 'd.npz').mkdir()
    with pytest.raises(InputError, match='a folder'):
        check_output(tmp_path / 'd.npz')
    check_output(tmp_path / 'new' / 'd.npz')
    assert (tmp_path / 'new').is_dir()


@pytest.mark.parametrize('provenance', ['{', '[' * 99999, '[]', '3'])
def test_provenance_that_is_no_json_object(path, provenance):
    if path.suffix == '.npz':
        np.savez(path, centers=CENTERS, provenance=np.array(provenance))
    else:
        save_file({'centers': CENTERS}, path, {'provenance': provenance})
    with pytest.raises(InputError, match=r'unreadable|a JSON object'):
        read_dictionary(path)


def change_zip(path, at, value):
    """Set a field of two bytes in both headers of every entry."""
    content = bytearray(path.read_bytes())
    for signature, offset in ((b'PK\x03\x04', at), (b'PK\x01\x02', at + 2)):
        start = content.find(signature)
        while start >= 0:
            content[start + offset:start + offset + 2] = value
            start = content.find(signature, start + 1)
    path.write_bytes(content)


@pytest.mark.parametrize(('at', 'value', 'words'), [
    (6, b'\x01\x00', 'encrypted'), (8, b'\x63\x00', 'compression method'),
    (8, b'\x0e\x00', 'compression method 14'),
    (8, b'\x0c\x00', 'compression method 12'),
    (4, b'\xff\x00', 'unreadable')])
def test_zips_of_another_kind(tmp_path, at, value, words):
    """Encrypted, unknown methods, LZMA and bzip2 that are none."""
    path = tmp_path / 'd.npz'
    np.savez(path, centers=CENTERS)
    change_zip(path, at, value)
    with pytest.raises(InputError, match=words):
        read_dictionary(path)


@pytest.mark.parametrize('entry', ['centers', 'provenance'])
def test_what_unpacks_to_gigabytes_is_not_unpacked(tmp_path, entry):
    path = tmp_path / 'd.npz'
    np.savez(path, **({'centers': CENTERS} | {entry: np.zeros(9, '<U1')}))
    with zipfile.ZipFile(path) as archive:
        (size, ) = {item.file_size for item in archive.infolist()
                    if item.filename == f'{entry}.npy'}
    content = path.read_bytes()
    # Both headers state the size, in eight bytes of an extra field or four.
    large = content.replace(size.to_bytes(4, 'little'),
                            (2**32 - 2).to_bytes(4, 'little'))
    path.write_bytes(large)
    with pytest.raises(InputError, match='unpack to 4294967294 bytes'):
        read_dictionary(path)


@pytest.mark.parametrize('shape', [
    (10**9, 768), (10**6, 12), (2**62, 4), (2**40, 0)])
def test_headers_that_promise_more_than_there_is(tmp_path, shape):
    path = tmp_path / 'd.npz'
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(header, dict(
        descr='<f4', fortran_order=False, shape=shape))
    with zipfile.ZipFile(path, 'w') as archive:
        archive.writestr('centers.npy', header.getvalue() + bytes(64))
    with pytest.raises(InputError, match=r'bytes\)|finite floating') as error:
        read_dictionary(path)
    # Nor is a small memory blamed, which its being asked for would do.
    assert explain_fault(error.value) is None


def test_zips_of_another_method_are_not_unpacked(tmp_path):
    with zipfile.ZipFile(tmp_path / 'd.npz', 'w', zipfile.ZIP_LZMA) as archive:
        content = io.BytesIO()
        np.save(content, CENTERS)
        archive.writestr('centers.npy', content.getvalue())
    with pytest.raises(InputError, match='compression method 14'):
        read_dictionary(tmp_path / 'd.npz')


def test_a_safetensors_file_of_terabytes(tmp_path):
    """Sparse: it takes no room on the disk."""
    path = tmp_path / 'd.safetensors'
    size = 10**9 * 768 * 4
    header = json.dumps({'centers': dict(
        dtype='F32', shape=[10**9, 768], data_offsets=[0, size])}).encode()
    path.write_bytes(len(header).to_bytes(8, 'little') + header)
    os.truncate(path, 8 + len(header) + size)
    with pytest.raises(InputError, match=r'shape \(1000000000, 768\)'):
        read_dictionary(path)
