"""Find the files of raw videos, all before training starts."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

from cra_plugin.annotations.video_search import VideoSearch
from cra_plugin.errors import InputError, describe
from cra_plugin.utils.first_few import first_few
from cra_plugin.utils.json_file import read_json_object

_FIELD = 'videos.path'


class VideoFolder:
    """Gives the file of a video.

    Args:
        path (str): The folder of the videos.
        template (str, optional): Path of a video below the folder, such as
            ``'{}.mp4'``, where ``{}`` stands for its id. Defaults to None:
            the file named as the video, with the suffix of a video, is
            looked for in the folder and all below it.
        map_file (str, optional): JSON ``{video: id}`` of the ids by which
            the files go, such as ``'1164/3187962256'`` in NExT-QA's
            ``map_vid_vidorID.json``. Videos that it lacks keep their own.
            Defaults to None.

    Raises:
        InputError: If there is no such folder, the template has no ``{}``
            or the map is malformed.
    """

    def __init__(self,
                 path: str,
                 template: str | None = None,
                 map_file: str | None = None) -> None:
        self.path = path
        self.template = template
        self._ids = {} if map_file is None else read_id_map(map_file)
        self._files: dict[str, str] = {}
        if not os.path.isdir(path):
            raise InputError(path, 'no such folder', 'the folder of the '
                             'videos', 'set videos.path of the dataset to it')
        if template is not None and '{}' not in template:
            raise InputError('videos.template', repr(template),
                             "a path with {} for the id, such as '{}.mp4'",
                             'correct it, or leave it out')

    def __getitem__(self, video_id: str) -> str:
        """Give the file of a video that :meth:`require` has found."""
        return self._files[video_id]

    def sample_fields(self, video_id: str) -> dict[str, Any]:
        """Give what the pipeline is told of a video.

        Args:
            video_id (str): A video that :meth:`require` has found.

        Returns:
            dict[str, Any]: ``filename``, and ``start_index``, where
            mmaction2 counts frames from.
        """
        return dict(filename=self._files[video_id], start_index=0)

    def require(self, video_ids: Iterable[str]) -> None:
        """Find the file of every one of these videos.

        Args:
            video_ids (Iterable[str]): Identifiers of the videos.

        Raises:
            InputError: If some have none: how many, and which; or several.
        """
        wanted = {video_id: self._ids.get(video_id, video_id)
                  for video_id in video_ids}
        found = self._find(sorted(set(wanted.values())))
        self._files = {video_id: found[name]
                       for video_id, name in wanted.items() if name in found}
        missing = sorted(
            name for name in wanted.values() if name not in found)
        if missing:
            shown = first_few(list(map(self._shown, missing)))
            shown += self._why(missing[0])
            raise InputError(
                self.path, f'no file for {len(missing)} of {len(wanted)} '
                f'videos ({shown})',
                'the file of every video of the annotations',
                'put them there, or set videos.path, videos.template '
                "('{}.mp4') or videos.map_file (ids by which the files go)")

    def _find(self, names: list[str]) -> dict[str, str]:
        """Give the files that exist, by the id that they go by."""
        if self.template is None:
            found = VideoSearch(self.path, _FIELD).find(names)
            return {name: str(path) for name, path in found.items() if path}
        files = {name: os.path.join(self.path, self._shown(name))
                 for name in names}
        return {name: file for name, file in files.items()
                if os.path.isfile(file)}

    def _why(self, name: str) -> str:
        """Say more of a missing video, where there is more to say."""
        if self.template is not None:
            return ''
        reason = VideoSearch(self.path, _FIELD).why_missing([name])[name]
        return '' if reason == 'no such file' else f'; {reason}'

    def _shown(self, name: str) -> str:
        """What is looked for below the folder."""
        return self.template.format(name) if self.template else name


def read_id_map(path: str) -> dict[str, str]:
    """Read the ids by which files go.

    Args:
        path (str): JSON ``{video: id}``.

    Returns:
        dict[str, str]: Video to id.

    Raises:
        InputError: If the file is malformed.
    """
    ids = read_json_object(path)
    for video_id, name in ids.items():
        if not isinstance(name, str):
            raise InputError(f'{path}, video {video_id}', describe(name),
                             "a text such as '1164/3187962256'")
    return ids
