"""Find the configs that come with the package."""

from __future__ import annotations

from pathlib import Path


def shipped_configs() -> Path:
    """Find the folder of the configs.

    Returns:
        Path: ``configs`` beside the package in a checkout, else its copy in
        the installed package.
    """
    package = Path(__file__).resolve().parents[1]
    checkout = package.parent / 'configs'
    if (checkout / 'cra_nextgqa.py').is_file():
        return checkout
    return package / '.mim' / 'configs'
