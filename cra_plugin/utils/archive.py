"""Check that a zip archive still holds what was written into it."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZipFile

# Of MS-DOS. The reader of torch takes what bears it for empty.
_FOLDER_BIT = 0x10


def check_archive(path: str | Path) -> None:
    """Compare all parts of an archive with their checksums.

    The reader of torch does not.

    Args:
        path (str | Path): A zip archive, such as :func:`torch.save` writes.

    Raises:
        Exception: Of any kind, as :mod:`zipfile` raises them on damaged
            directories; ``ValueError`` names a part that has changed.
    """
    with ZipFile(path) as archive:
        for part in archive.infolist():
            if part.external_attr & _FOLDER_BIT and not part.is_dir():
                raise ValueError(f'{part.filename} is marked as a folder')
        changed = archive.testzip()
    if changed is not None:
        raise ValueError(f'{changed} differs from its checksum')


def is_archive(path: str | Path) -> bool:
    """Whether a file begins as zip archives do.

    Args:
        path (str | Path): A file.

    Returns:
        bool: True for those of :func:`torch.save` since torch 1.6.
    """
    with open(path, 'rb') as file:
        return file.read(4) == b'PK\x03\x04'
