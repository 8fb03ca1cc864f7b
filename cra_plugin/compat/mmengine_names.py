"""Names that mmengine gives to packages and to runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import uuid4


def name_package_for_inheritance() -> None:
    """Let other packages inherit our configs as ``cra_plugin::...``.

    mmengine knows only the packages of OpenMMLab by name:
    ``mmengine.config.utils.MODULE2PACKAGE``.
    """
    from mmengine.config.utils import MODULE2PACKAGE

    # An editable install has its metadata elsewhere, where mmengine would look
    # for the configs; for a module that is no distribution it asks Python.
    MODULE2PACKAGE.setdefault('cra_plugin', 'cra_plugin.version')


def name_run(config: Any) -> None:
    """Give a run a name that no other run of the process has.

    mmengine names a run after the second of its start, and runs of one name
    share logger, message hub and visualizer. No upstream issue is known.

    Args:
        config (Any): The mmengine config, changed in place where it has no
            ``experiment_name``.
    """
    if config.get('experiment_name') is None:
        stem = Path(config.filename or 'run').stem
        config.experiment_name = f'{stem}_{uuid4().hex[:8]}'
