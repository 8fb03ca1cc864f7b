"""Reading frames of a folder, as ``DecordDecode`` decodes a video."""

from __future__ import annotations

from typing import Any

import numpy as np
from mmcv.transforms import BaseTransform

from cra_plugin.datasets.transforms.required_keys import require_keys
from cra_plugin.registry import TRANSFORMS
from cra_plugin.utils.image_file import read_image


@TRANSFORMS.register_module()
class FrameFolderDecode(BaseTransform):
    """Read the sampled frames.

    Required keys: ``frame_files``, of :class:`FrameFolderInit`, and
    ``frame_inds``. Added keys: ``imgs`` (list of (H, W, 3) uint8, RGB),
    ``original_shape`` and ``img_shape``.
    """

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Read the frames.

        Args:
            results (dict): The sample.

        Returns:
            dict: The sample with its pixels.
        """
        require_keys(results, self, 'frame_files', 'frame_inds')
        files = results.pop('frame_files')
        results['frame_inds'] = np.ravel(results['frame_inds'])
        images: dict[int, np.ndarray] = {}
        for index in results['frame_inds'].tolist():
            if index not in images:
                images[index] = read_image(files[index])
        results['imgs'] = [images[index]
                           for index in results['frame_inds'].tolist()]
        shape = results['imgs'][0].shape[:2]
        results['original_shape'] = results['img_shape'] = shape
        return results

    def __repr__(self) -> str:
        return f'{type(self).__name__}()'
