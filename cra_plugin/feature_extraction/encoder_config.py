"""Find the video encoder that a config describes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mmengine.config import Config

from cra_plugin import compat
from cra_plugin.errors import InputError
from cra_plugin.utils.error_text import one_line


def read_encoder_config(path: str | Path) -> tuple[str, dict[str, Any]]:
    """Read the video encoder of a config.

    Args:
        path (str | Path): A config of mmengine: of a recognizer of
            mmaction2, or of a model of ours with a ``video_encoder``.

    Returns:
        tuple[str, dict[str, Any]]: Its type, ``'MMActionBackbone'`` for a
        recognizer and '' where there is none, and its arguments.

    Raises:
        InputError: If there is no such file, or it cannot be read.
    """
    compat.apply()
    if not Path(path).is_file():
        raise InputError(path, 'no such file', 'a config of mmaction2 or of '
                         'ours', 'check --backbone')
    try:
        model = Config.fromfile(path).get('model') or {}
    except Exception as error:  # a config is code
        raise InputError(path, f'a config that cannot be read '
                         f'({one_line(error)})', 'a config of mmengine',
                         'check --backbone') from None
    if 'backbone' in model:
        return 'MMActionBackbone', dict(recognizer=model)
    encoder = dict(model.get('video_encoder') or {})
    return str(encoder.pop('type', '')).rpartition('.')[2], encoder
