"""Configs that are written without being formatted.

mmengine formats the text of its config anew for each checkpoint, which takes
most of the time of a tiny training. It is the same Python without.
"""

from mmengine.config import config


def write_plainly():
    """Let mmengine leave the text of configs as it is, in this process."""
    config.FormatCode = lambda text, **_: (text, True)
