"""Names that mmengine gives to packages and to runs."""

from __future__ import annotations

import functools
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


def accept_names_without_folder() -> None:
    """Let a leaf config of ours be inherited as ``cra_plugin::NAME.py``.

    mmengine insists on a folder after ``::``, as the configs of OpenMMLab's
    packages have one, and ours lie side by side. Other packages' names are
    handed on as they are. No upstream issue is known.
    """
    from mmengine.config import config

    reader: Any = config
    find = reader._get_package_and_cfg_path
    if hasattr(find, '__wrapped__'):
        return

    @functools.wraps(find)
    def find_with_folder(cfg_path: str) -> tuple[str, str]:
        package, _, name = cfg_path.partition('::')
        if package == 'cra_plugin' and '/' not in name:
            cfg_path = f'{package}::_base_/../{name}'
        found: tuple[str, str] = find(cfg_path)
        return found

    reader._get_package_and_cfg_path = find_with_folder


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
