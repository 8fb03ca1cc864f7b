"""Files of confounder dictionaries: centers, and where they come from.

A ``.safetensors`` or ``.npz`` file, never a pickle, with the entry
``centers``. What made it is one JSON text: the metadata field ``provenance``
of safetensors, an entry ``provenance`` of npz. It may be absent. What is
written here has a digest of the content in it, which is checked.
"""

from __future__ import annotations

import hashlib
import json
import lzma
import math
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from cra_plugin.errors import InputError
from cra_plugin.utils.files import atomic_path
from cra_plugin.utils.output_place import check_output_place
from cra_plugin.utils.own_files import refuse_foreign

CENTERS = 'centers'
PROVENANCE = 'provenance'
# In the provenance of what is written here: SHA-256 of all the rest.
DIGEST = 'content_sha256'
SUFFIXES = ('.safetensors', '.npz')
# More than a hundred times the paper's 512 centers of 8 x 768.
MAX_VALUES = 2**29
MAX_TEXT_BYTES = 2**24
# What safetensors and NumPy raise on files that are cut, damaged, pickles,
# encrypted or packed by an unknown method (both RuntimeError), or nested.
UNREADABLE = (SafetensorError, BadZipFile, zlib.error, lzma.LZMAError,
              EOFError, OSError, ValueError, AttributeError, TypeError,
              KeyError, RuntimeError, MemoryError)


def check_output(path: str | Path, kind: str | None = None,
                 overwrite: bool = False) -> None:
    """Refuse a file that could not be written, before the work is done.

    Args:
        path (str | Path): The file to write; its folder is created.
        kind (str, optional): What is to be written, by its provenance; a
            file of another kind is not replaced. Defaults to None: any may
            be.
        overwrite (bool): Replace whatever is there. Defaults to False.

    Raises:
        InputError: If its suffix is not one of ``SUFFIXES``, it is a folder,
            its folder cannot be written to, or something else is there.
    """
    path = Path(path)
    if path.suffix not in SUFFIXES:
        raise InputError(
            path, f'the suffix {path.suffix!r}',
            f'a file {" or ".join(SUFFIXES)}', 'name the dictionary so')
    check_output_place(path).parent.mkdir(parents=True, exist_ok=True)
    if kind is not None:
        refuse_foreign(
            path, lambda file: read_dictionary(file)[1].get('kind') == kind,
            overwrite)


def write_dictionary(path: str | Path, centers: np.ndarray,
                     provenance: dict[str, Any]) -> None:
    """Write a dictionary atomically; the same content gives the same bytes.

    Args:
        path (str | Path): A ``.safetensors`` or ``.npz`` file.
        centers (np.ndarray): (K, ...) centers.
        provenance (dict[str, Any]): What made them, for JSON.

    Raises:
        InputError: If the suffix is another one or a center is not finite.
    """
    check_output(path)
    centers = np.ascontiguousarray(centers, dtype=np.float32)
    if not np.isfinite(centers).all():
        raise InputError(path, 'centers that are not finite',
                         'finite centers', 'scale the features down')
    # One field only: safetensors would write several in any order.
    # What is read again has texts for keys, and lists for tuples.
    provenance = json.loads(json.dumps(provenance))
    text = json.dumps(
        provenance | {DIGEST: _digest(centers, provenance)}, sort_keys=True)
    with atomic_path(path) as temporary:
        if temporary.suffix == '.npz':
            np.savez(temporary, centers=centers, provenance=np.array(text))
        else:
            temporary.write_bytes(
                save({CENTERS: centers}, {PROVENANCE: text}))


def read_dictionary(path: str | Path) -> tuple[np.ndarray, dict[str, Any]]:
    """Read a dictionary.

    Args:
        path (str | Path): A ``.safetensors`` or ``.npz`` file.

    Returns:
        tuple[np.ndarray, dict[str, Any]]: The (K, ...) float32 centers and
        what made them, ``{}`` where the file does not say.

    Raises:
        InputError: If there is no such file, format or entry, it is too
            large, differs from its digest, or a center is not finite.
    """
    expected = f'a .safetensors or .npz file with an entry {CENTERS!r}'
    fix = 'build it with tools/build_causal_features.py'
    if not Path(path).is_file():
        raise InputError(path, 'no such file', expected, fix)
    try:
        names, centers, text = _read(Path(path))
        provenance = json.loads(text)
    except UNREADABLE as error:
        raise InputError(path, f'an unreadable file ({error})', expected,
                         fix) from error
    if centers is None:
        raise InputError(path, f'entries {names}', expected, fix)
    if not isinstance(provenance, dict):
        raise InputError(f'{path}: {PROVENANCE}', text[:80], 'a JSON object',
                         fix)
    digest = provenance.pop(DIGEST, None)
    if digest not in (None, _digest(centers, provenance)):
        raise InputError(path, 'content that has changed since it was written',
                         f'the {DIGEST} in its {PROVENANCE}', fix)
    numbers = '(K, ...) finite floating point numbers'
    if (centers.ndim < 2 or not centers.size
            or centers.dtype.kind != 'f'):
        raise InputError(
            path, f'{CENTERS} of shape {centers.shape} and {centers.dtype}',
            numbers, fix)
    centers = centers.astype(np.float32)
    if not np.isfinite(centers).all():
        raise InputError(path, f'{CENTERS} with NaN or infinity', numbers,
                         fix)
    return centers, provenance


def _digest(centers: np.ndarray, provenance: dict[str, Any]) -> str:
    """Digest all that is written: safetensors has no checksums."""
    described = [centers.shape, str(centers.dtype), provenance]
    digest = hashlib.sha256(json.dumps(described, sort_keys=True).encode())
    digest.update(centers.tobytes())
    return digest.hexdigest()


def _read(path: Path) -> tuple[list[str], np.ndarray | None, str]:
    """Read the names of all entries, the centers and the provenance."""
    if path.suffix == '.safetensors':
        with safe_open(path, 'np') as file:
            names = sorted(file.keys())
            text = (file.metadata() or {}).get(PROVENANCE, '{}')
            if CENTERS not in names:
                return names, None, text
            _check_size(file.get_slice(CENTERS).get_shape())
            return names, file.get_tensor(CENTERS), text
    with np.load(path, allow_pickle=False) as archive:
        names = sorted(archive.files)
        for entry in archive.zip.infolist():
            if _check_entry(entry):
                # NumPy may leave its end unread, and so its checksum.
                archive.zip.read(entry)
                _check_header(archive.zip, entry)
        centers = archive[CENTERS] if CENTERS in names else None
        text = str(archive[PROVENANCE]) if PROVENANCE in names else '{}'
        return names, centers, text


def _check_entry(entry: ZipInfo) -> bool:
    """Refuse what unpacks to more than a dictionary can be.

    Gives whether it is a part that is read.
    """
    name = entry.filename.removesuffix('.npy')
    most = {CENTERS: 4 * MAX_VALUES, PROVENANCE: MAX_TEXT_BYTES}.get(name)
    if most is not None and entry.file_size > most:
        raise ValueError(f'its {name} unpack to {entry.file_size} bytes')
    if most is not None and entry.compress_type not in (
            ZIP_STORED, ZIP_DEFLATED):
        raise ValueError(f'its {name} are packed by the compression method '
                         f'{entry.compress_type}, which NumPy does not use')
    return most is not None


def _check_header(archive: ZipFile, entry: ZipInfo) -> None:
    """Refuse an array that promises more numbers than its entry has.

    NumPy would ask for their memory first.
    """
    with archive.open(entry) as file:
        version = np.lib.format.read_magic(file)
        read = (np.lib.format.read_array_header_1_0 if version == (1, 0)
                else np.lib.format.read_array_header_2_0)
        shape, _, dtype = read(file)
    if math.prod(shape) * dtype.itemsize > entry.file_size:
        raise ValueError(f'an array of shape {shape} in {entry.file_size} '
                         'bytes')


def _check_size(shape: Sequence[int]) -> None:
    """Refuse more centers than a dictionary can have."""
    if math.prod(shape) > MAX_VALUES:
        raise ValueError(f'{CENTERS} of shape {tuple(shape)}')
