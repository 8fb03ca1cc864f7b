"""Datasets of an h5 file, refused where the file itself does not hold them."""

from __future__ import annotations

import math

import h5py

from cra_plugin.errors import InputError

# HDF5 unpacks a chunk as a whole.
MAX_CHUNK_BYTES = 2**30
_FIX = 'copy the dataset into the file itself, or extract the features again'


def find_dataset(file: h5py.File, path: str,
                 name: str) -> h5py.Dataset | None:
    """Give a dataset that lies in the file, whole.

    Links, external and virtual storage would read other files. What was
    never written reads as zeros, of whatever size.

    Args:
        file (h5py.File): The open file.
        path (str): Its path, for messages.
        name (str): Name of the dataset.

    Returns:
        h5py.Dataset, optional: None where nothing has this name.

    Raises:
        InputError: If it is a link or a group, holds nothing, lies
            elsewhere, or was not written whole.
    """
    link = file.get(name, getlink=True)
    if link is None:
        return None
    where, expected = f'{path}: {name}', 'a dataset that lies in the file'
    if not isinstance(link, h5py.HardLink):
        raise InputError(where, f'a link ({_target(link)})', expected, _FIX)
    item = file[name]
    if not isinstance(item, h5py.Dataset):
        raise InputError(where, 'a group', expected, _FIX)
    if item.external or item.is_virtual:
        raise InputError(where, 'numbers that lie in other files', expected,
                         _FIX)
    if item.shape is None:
        raise InputError(where, 'a dataset without a shape', expected, _FIX)
    _check_written(item, where)
    return item


def describe_entries(file: h5py.File) -> dict[str, tuple[int, ...] | None]:
    """List what a file holds at its top, without following links.

    Args:
        file (h5py.File): The open file.

    Returns:
        dict[str, tuple[int, ...] | None]: Name to the shape of a dataset;
        None for what is a link or has none. Groups are left out.
    """
    shapes: dict[str, tuple[int, ...] | None] = {}
    for name in file:
        if not isinstance(file.get(name, getlink=True), h5py.HardLink):
            shapes[name] = None
        elif isinstance(file[name], h5py.Dataset):
            shapes[name] = file[name].shape
    return shapes


def _target(link: h5py.SoftLink | h5py.ExternalLink) -> str:
    """Say where a link leads."""
    name = getattr(link, 'filename', '')
    return f'to {link.path} of {name}' if name else f'to {link.path}'


def _check_written(item: h5py.Dataset, where: str) -> None:
    """Refuse a dataset of which a part was never written."""
    if item.chunks is None:
        stored, whole = item.id.get_storage_size(), item.nbytes
        unit = 'bytes'
    else:
        stored = item.id.get_num_chunks()
        whole = math.prod(
            math.ceil(size / step)
            for size, step in zip(item.shape, item.chunks))
        unit = 'chunks'
        size = math.prod(item.chunks) * item.dtype.itemsize
        if size > MAX_CHUNK_BYTES:
            raise InputError(
                where, f'chunks of {size / 2**30:.1f} GiB',
                f'chunks of {MAX_CHUNK_BYTES // 2**30} GiB at most',
                'write it with smaller chunks, such as a video each')
    if stored < whole:
        raise InputError(
            where, f'{stored} {unit} of a dataset {item.shape}, which has '
            f'{whole}', 'a dataset that was written whole', 'fetch or '
            'extract the features again: the file is half written')
