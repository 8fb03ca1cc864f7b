"""The files a Stanza pipeline will load, by Stanza's own rules.

Stanza has no public function that says so before it loads them, and none that
says what it would download. The functions it builds on are the same in 1.12
to 1.15; another version that lacks one is refused by name.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import stanza

from cra_plugin.errors import InputError


def find_model_files(resources: dict[str, Any], language: str, package: str,
                     processors: Sequence[str],
                     folder: Path) -> tuple[set[str], list[Path]]:
    """Choose the models of a package, with all that they build on.

    Args:
        resources (dict): What ``resources.json`` holds.
        language (str): Stanza's code of a language, no alias.
        package (str): Its package.
        processors (Sequence[str]): The processors of the pipeline.
        folder (Path): The folder of the models.

    Returns:
        tuple[set[str], list[Path]]: The processors that the package has
        models for, and all files.

    Raises:
        InputError: If this version of Stanza resolves models in other ways.
    """
    try:
        from stanza.pipeline.core import build_default_config
        from stanza.resources.common import (
            add_dependencies,
            maintain_processor_list,
            process_pipeline_parameters,
        )
    except ImportError as error:
        raise InputError(
            f'stanza {stanza.__version__}', f'other functions ({error})',
            'those of stanza 1.12 to 1.15', "pip install 'stanza>=1.12,<1.16'"
        ) from None
    with _quiet():
        _, _, whole, wanted = process_pipeline_parameters(
            language, None, package, tuple(processors))
        models = add_dependencies(
            resources, language,
            maintain_processor_list(resources, language, whole, wanted))
    config = build_default_config(resources, language, str(folder), models)
    files = [Path(value) for key, value in sorted(config.items())
             if key.endswith('_path')]
    return {processor for processor, _ in models}, files


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep what Stanza says of its choice from the terminal."""
    logger = logging.getLogger('stanza')
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)
