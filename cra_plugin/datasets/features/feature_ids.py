"""The identifiers of the videos in a feature file."""

from __future__ import annotations

import h5py

from cra_plugin.datasets.features.stored_dataset import find_dataset
from cra_plugin.errors import InputError
from cra_plugin.utils.counted import counted
from cra_plugin.utils.trial_run import returns_in_time

IDS_KEY = 'vid'
MAX_ID_BYTES = 4096
# Far more CPU time than reading them takes.
_SECONDS, _IDS_PER_SECOND = 10, 10**5


def read_feature_ids(file: h5py.File, path: str, key: str,
                     size: int) -> list[str]:
    """Read which videos the rows of a feature file belong to.

    Args:
        file (h5py.File): The open file, with ``vid``, N texts or whole
            numbers.
        path (str): Its path, for messages.
        key (str): The dataset of the features, for messages.
        size (int): How many videos that has.

    Returns:
        list[str]: N identifiers, each once.

    Raises:
        InputError: If ``vid`` is laid out otherwise, has another length,
            cannot be read or says a video twice, or an identifier is empty
            or not UTF-8.
    """
    item = find_dataset(file, path, IDS_KEY)
    where = f'{path}: {IDS_KEY}'
    if item is None or item.ndim != 1:
        raise InputError(where, 'none' if item is None else f'{item.shape}',
                         'a dataset of N video identifiers')
    is_text = h5py.check_string_dtype(item.dtype) is not None
    if (not (is_text or item.dtype.kind in 'iu')
            or item.dtype.itemsize > MAX_ID_BYTES):
        raise InputError(where, f'{item.dtype}', 'video identifiers, texts of '
                         f'at most {MAX_ID_BYTES} bytes')
    if len(item) != size:
        raise InputError(f'{path}: {key}',
                         f'features of {counted(size, "video")}',
                         f'{len(item)}, the length of {IDS_KEY}',
                         'extract the features again')
    _check_readable(item, where)
    video_ids = [_read_id(f'{where}, row {row}', value)
                 for row, value in enumerate(item[()])]
    _check_unique(where, video_ids)
    return video_ids


def _check_readable(item: h5py.Dataset, where: str) -> None:
    """Refuse texts of any length on whose damaged heap HDF5 loops."""
    text = h5py.check_string_dtype(item.dtype)
    seconds = _SECONDS + len(item) // _IDS_PER_SECOND
    if (text is not None and text.length is None
            and not returns_in_time(lambda: item[()], seconds)):
        raise InputError(where, 'texts that HDF5 cannot read', 'a whole file',
                         'fetch or extract it again')


def _read_id(where: str, value: bytes | int) -> str:
    """Read one identifier."""
    try:
        video_id = value.decode() if isinstance(value, bytes) else str(value)
    except UnicodeDecodeError:
        raise InputError(where, repr(bytes(value)),
                         'a video identifier in UTF-8',
                         'write the identifiers again') from None
    if not video_id.strip():
        raise InputError(
            where, 'an empty text', 'the identifier of a video',
            'fetch or extract the file again: it may be half written')
    return video_id


def _check_unique(where: str, video_ids: list[str]) -> None:
    """Refuse a video that is there twice."""
    rows = {video_id: row for row, video_id in enumerate(video_ids)}
    twice = [video_id for row, video_id in enumerate(video_ids)
             if rows[video_id] != row]
    if twice:
        raise InputError(where, f'{twice[0]} more than once',
                         'every video once', 'extract the features again')
