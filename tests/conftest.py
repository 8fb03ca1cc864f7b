"""Fixtures that every test room shares."""

import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]


@pytest.fixture(scope='session')
def shared_dir() -> Path:
    """The folder of real annotations and reference numbers, or a skip."""
    folder = Path(
        os.environ.get('CRA_SHARED_DIR', REPOSITORY.parent / 'shared'))
    if not (folder / 'data' / 'nextgqa').is_dir():
        pytest.skip(f'no real annotations in {folder}/data/nextgqa: set '
                    'CRA_SHARED_DIR to the folder that holds data/ and golden/')
    return folder
