"""Opening a folder of frames, as ``DecordInit`` opens a video."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mmcv.transforms import BaseTransform

from cra_plugin.annotations.frame_folders import (
    FrameFolderError,
    list_frame_files,
)
from cra_plugin.datasets.transforms.required_keys import require_keys
from cra_plugin.errors import InputError
from cra_plugin.registry import TRANSFORMS


@TRANSFORMS.register_module()
class FrameFolderInit(BaseTransform):
    """List the frames of a video, for mmaction2's sampling.

    Required keys: ``filename``, the folder, and ``avg_fps``, as a data set
    with ``videos=dict(frames=..., fps=...)`` gives them. Added keys:
    ``frame_files`` (list[Path]) and ``total_frames``.
    """

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """List the frames.

        Args:
            results (dict): The sample.

        Returns:
            dict: The sample with its frames.

        Raises:
            InputError: If the folder holds no video any more.
        """
        require_keys(results, self, 'filename', 'avg_fps')
        folder = Path(results['filename'])
        try:
            files = list_frame_files(folder)
        except (FrameFolderError, OSError) as error:
            raise InputError(folder, str(error), 'the pictures of a video'
                             ) from None
        results['frame_files'] = files
        results['total_frames'] = len(files)
        return results

    def __repr__(self) -> str:
        return f'{type(self).__name__}()'
