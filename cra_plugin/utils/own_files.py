"""Keep a tool from replacing what it did not write, unasked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from cra_plugin.errors import InputError
from cra_plugin.utils.files import file_digest
from cra_plugin.utils.json_file import read_json_object, write_json
from cra_plugin.utils.output_place import (
    check_output_place,
    is_special,
    resolve_output,
)

KIND = 'kind'
FILES = 'files'


def refuse_foreign(path: str | Path, is_own: Callable[[Path], bool],
                   overwrite: bool = False) -> None:
    """Refuse what cannot be written, and to replace a file of others.

    What is empty, or no regular file, holds nothing that could be lost.

    Args:
        path (str | Path): The file that is to be written.
        is_own (Callable[[Path], bool]): Tells whether the tool wrote the
            file that is there. What it cannot read it did not write.
        overwrite (bool): Replace whatever is there. Defaults to False.

    Raises:
        InputError: If there is a file of something else, or a folder, or
            no permission to write.
    """
    place = check_output_place(path)
    if (overwrite or is_special(place) or not place.is_file()
            or not place.stat().st_size):
        return
    try:
        own = is_own(Path(path))
    except (InputError, OSError):
        own = False
    if not own:
        raise InputError(
            path, 'a file that this tool did not write, or that was changed '
            'since', 'a new file, or one that it wrote', 'name another '
            'output, or replace it with --overwrite')


class WrittenFiles:
    """The files that a tool wrote into a folder, by their digests.

    They are listed in a JSON file beside them, for formats that have no
    place for it: ``{"kind": ..., "files": {name: digest}}`` among other
    fields. A digest is null while its file is being written, so that a run
    that was killed is in nobody's way. Nothing is listed of pipes and devices.

    Args:
        record (Path): The JSON file.
        kind (str): What wrote them; a record of another kind counts as
            somebody else's.
        paths (Iterable[Path]): Files in the folder of the record, or below.
        overwrite (bool): Replace whatever is there. Defaults to False.
    """

    def __init__(self, record: Path, kind: str, paths: Iterable[Path],
                 overwrite: bool = False) -> None:
        self._record = record
        self._kind = kind
        paths = list(paths)
        self._names = [self._name(path) for path in paths]
        self._overwrite = overwrite
        self._special = any(is_special(resolve_output(path))
                            for path in paths)

    def check(self) -> None:
        """Look at what is there, before the work begins.

        Raises:
            InputError: If the record does not list a file, or with another
                content, or is itself something else.
        """
        if self._special:
            return
        folder = self._record.parent
        for path in (self._record, *map(folder.joinpath, self._names)):
            refuse_foreign(path, self._is_own, self._overwrite)

    def claim(self) -> None:
        """Take the files over, just before they are written.

        Raises:
            InputError: As :meth:`check`.
        """
        if self._special:
            return
        self.check()
        write_json(self._record, {
            KIND: self._kind, FILES: dict.fromkeys(self._names)}, 2)

    def seal(self, content: Mapping[str, Any]) -> None:
        """Write down what has been written.

        Args:
            content (Mapping[str, Any]): Further fields of the record.
        """
        if self._special:
            return
        folder = self._record.parent
        digests = {name: file_digest(folder / name)
                   for name in self._names if (folder / name).is_file()}
        write_json(self._record, {
            **content, KIND: self._kind, FILES: digests}, 2)

    def _is_own(self, path: Path) -> bool:
        """Whether the record lists a file, or is itself the file."""
        content = read_json_object(self._record)
        files = content.get(FILES)
        if content.get(KIND) != self._kind or not isinstance(files, dict):
            return False
        if path == self._record:
            return True
        name = self._name(path)
        return name in files and files[name] in (None, file_digest(path))

    def _name(self, path: Path) -> str:
        """What the record calls a file."""
        return path.relative_to(self._record.parent).as_posix()
