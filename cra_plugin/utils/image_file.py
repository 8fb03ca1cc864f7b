"""Read pictures as arrays of pixels."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from cra_plugin.utils.error_text import one_line


class ImageError(Exception):
    """A picture that cannot be read; the text is the reason, in one line."""


def read_image(path: Path) -> np.ndarray:
    """Read a picture as it is shown.

    Args:
        path (Path): The file.

    Returns:
        np.ndarray: (H, W, 3) uint8, RGB, upright.

    Raises:
        ImageError: If it cannot be read.
    """
    try:
        with Image.open(path) as image:
            upright = ImageOps.exif_transpose(image)
            return np.array(upright.convert('RGB'))
    # Pillow raises SyntaxError on damaged PNG, and errors of its own on
    # pictures of billions of pixels.
    except (OSError, ValueError, SyntaxError,
            Image.DecompressionBombError) as error:
        reason = one_line(error)
        raise ImageError(f'{path.name} cannot be read ({reason})') from None
