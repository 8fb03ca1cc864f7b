"""Every version work-around, and nothing else.

:func:`apply` runs when :mod:`cra_plugin.registry` is imported, that is before
mmengine builds anything of ours. Each work-around acts only where it is
needed and has a test that fails once upstream no longer needs it.
"""

from __future__ import annotations

import sys
import warnings
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import uuid4

from packaging.version import Version

# Distribution: lowest version, first version that is too new, and the fix.
REQUIRED = {
    'torch': ('2.6', None, 'pip install "torch>=2.6"'),
    'mmengine': ('0.10.7', '1.0', 'pip install "mmengine>=0.10.7,<1.0"'),
    'mmaction2': ('1.1.0', '1.3', 'pip install mmaction2==1.1.0'),
    'transformers': ('4.57', '6',
                     'pip install "transformers>=4.57,<6"'),
    'setuptools': ('0', '82', 'pip install "setuptools<82"'),
}
# mmaction2 asserts its range of mmcv with a bare AssertionError.
MMCV = {
    '1.1': ('2.0.1', '2.1.0', 'pip install mmcv-lite==2.0.1'),
    '1.2': ('2.0.1', '2.2.0', 'pip install mmcv-lite==2.1.0'),
}


class VersionError(RuntimeError):
    """A package is missing or has a version that does not work.

    It is no ImportError, because mmengine hides those when it imports the
    registry of a scope.
    """


def apply() -> None:
    """Check the installed versions and apply the work-arounds they need."""
    check_versions()
    stand_in_for_drn()
    stand_in_for_multimodal()
    load_checkpoints_safely()
    silence_mmcv_lite()
    name_package_for_inheritance()


def check_versions() -> None:
    """Refuse missing packages and versions that are known not to work.

    Raises:
        VersionError: One line a package, with the command to run.
    """
    problems = [
        _problem(name, _installed(name), bounds)
        for name, bounds in REQUIRED.items()
    ]
    mmaction2 = _installed('mmaction2')
    series = '.'.join((mmaction2 or '1.1').split('.')[:2])
    if series in MMCV:
        mmcv = _installed('mmcv') or _installed('mmcv-lite')
        problems.append(_problem('mmcv or mmcv-lite', mmcv, MMCV[series]))
    lines = [problem for problem in problems if problem]
    if lines:
        raise VersionError('cra_plugin cannot run here: ' + '; '.join(lines))


def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _problem(name: str, found: str | None,
             bounds: tuple[str, str | None, str]) -> str:
    """What is wrong with a package, or ''."""
    lowest, too_new, command = bounds
    expected = f'>={lowest}' + (f',<{too_new}' if too_new else '')
    if found is None:
        return f'{name} is not installed; run: {command}'
    # A local part such as 2.6.0+cu124 does not make a version newer.
    release = Version(Version(found).public)
    if release < Version(lowest) or (too_new and release >= Version(too_new)):
        return (f'{name} {found} is installed, {expected} is needed; run: '
                f'{command}')
    return ''


def _stand_in(name: str, **attributes: Any) -> None:
    """Put an empty module of that name where the import system looks first."""
    module = ModuleType(name)
    module.__path__ = []
    module.__dict__.update(attributes, __all__=list(attributes))
    sys.modules.setdefault(name, module)


def _mmaction_file(*parts: str) -> Path:
    """A file of mmaction2, found without importing mmaction2."""
    spec = find_spec('mmaction')
    assert spec is not None and spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0], *parts)


def stand_in_for_drn() -> None:
    """Supply a module that the PyPI wheel of mmaction2 1.2.0 lacks.

    Upstream: https://github.com/open-mmlab/mmaction2/issues/2714. The
    stand-in cannot localise; nothing of ours uses it.
    """
    package = _mmaction_file('models', 'localizers')
    imported = '.drn' in (package / '__init__.py').read_text()
    if imported and not (package / 'drn' / 'drn.py').is_file():
        _stand_in('mmaction.models.localizers.drn')
        _stand_in('mmaction.models.localizers.drn.drn', DRN=None)


def stand_in_for_multimodal() -> None:
    """Leave out mmaction2 1.2's VindLU where transformers is too new for it.

    It imports ``apply_chunking_to_forward`` from ``modeling_utils``, which
    transformers dropped in 4.56. No upstream issue is known.
    """
    if not _mmaction_file('models', 'multimodal').is_dir():
        return
    from transformers import modeling_utils
    if not hasattr(modeling_utils, 'apply_chunking_to_forward'):
        _stand_in('mmaction.models.multimodal')


def load_checkpoints_safely() -> None:
    """Load mmengine's own checkpoints with ``weights_only``.

    mmengine 0.10.7 stores a HistoryBuffer in every checkpoint, which torch
    2.6 and later refuse. Upstream:
    https://github.com/open-mmlab/mmengine/issues/1655. The allow-list holds
    during the loading of a file and no longer.
    """
    from mmengine.runner.checkpoint import CheckpointLoader

    CheckpointLoader.register_scheme(
        prefixes='', loader=load_checkpoint_file, force=True)


def load_checkpoint_file(filename: str,
                         map_location: Any = None,
                         allowed: list | None = None) -> Any:
    """Load a local checkpoint, refusing any code it may carry.

    Args:
        filename (str): The file.
        map_location (Any): As for :func:`torch.load`. Defaults to None.
        allowed (list, optional): What the file may hold beyond tensors,
            numbers and containers, as for
            :func:`torch.serialization.safe_globals`. Defaults to None: what
            mmengine's checkpoints hold.

    Returns:
        Any: The checkpoint.

    Raises:
        InputError: If the file is missing, truncated or asks for anything
            that is not on the allow-list.
    """
    import pickle

    import torch

    from cra_plugin.errors import InputError
    if not Path(filename).expanduser().is_file():
        raise InputError(filename, 'no such file', 'a checkpoint',
                         'check the path')
    if allowed is None:
        allowed = _checkpoint_globals()
    try:
        with torch.serialization.safe_globals(allowed):
            checkpoint = torch.load(
                Path(filename).expanduser(),
                map_location=map_location,
                weights_only=True)
    except (pickle.UnpicklingError, RuntimeError, EOFError,
            ValueError) as error:
        reason = ' '.join(str(error).split())[:200]
        raise InputError(
            filename, f'a file that cannot be loaded safely ({reason})',
            'a whole checkpoint that holds tensors and numbers only',
            'use another checkpoint of the run, or convert it') from error
    _drop_config_code(checkpoint)
    return checkpoint


def _drop_config_code(checkpoint: Any) -> None:
    """Drop ``meta.config``, which mmengine 0.10.7 *runs* when it resumes.

    ``Runner.resume`` gives that text to ``Config.fromstring`` as Python. No
    checkpoint of mmengine's own has it: they say ``meta.cfg``, which nobody
    runs. No upstream issue is known.
    """
    meta = checkpoint.get('meta') if isinstance(checkpoint, dict) else None
    if isinstance(meta, dict):
        meta.pop('config', None)


def _checkpoint_globals() -> list:
    """What mmengine's checkpoints hold beyond tensors."""
    from mmengine.logging.history_buffer import HistoryBuffer

    return [
        *numpy_globals(), HistoryBuffer,
        (_history_statistic, 'builtins.getattr')
    ]


def numpy_globals() -> list:
    """What NumPy's numbers and arrays of them are made of in a checkpoint.

    Returns:
        list: For ``allowed`` of :func:`load_checkpoint_file`.
    """
    import numpy as np

    reconstruct: Any = np.empty(0).__reduce__()[0]
    scalar: Any = np.float64(0).__reduce__()[0]
    return [
        np.ndarray, np.dtype,
        type(np.dtype('float64')),
        type(np.dtype('int64')), reconstruct, scalar,
        # As NumPy before 2.0 wrote them.
        (reconstruct, 'numpy.core.multiarray._reconstruct'),
        (scalar, 'numpy.core.multiarray.scalar')
    ]


def _history_statistic(owner: object, name: str) -> Any:
    """The one use that mmengine's checkpoints make of ``getattr``."""
    from mmengine.logging.history_buffer import HistoryBuffer
    if owner is HistoryBuffer and name in ('min', 'max', 'current', 'mean'):
        return getattr(HistoryBuffer, name)
    raise ValueError(f'the checkpoint asks for {name!r} of {owner!r}')


def silence_mmcv_lite() -> None:
    """Keep mmcv-lite from warning, on import, of an operator it lacks.

    Nothing of ours uses it, and a tool's error is one line. No upstream
    issue is known.
    """
    warnings.filterwarnings(
        'ignore', message='Fail to import ``MultiScaleDeformableAttention``')


def name_package_for_inheritance() -> None:
    """Let other packages inherit our configs as ``cra_plugin::...``.

    mmengine knows only the packages of OpenMMLab by name:
    ``mmengine.config.utils.MODULE2PACKAGE``.
    """
    from mmengine.config.utils import MODULE2PACKAGE

    MODULE2PACKAGE.setdefault('cra_plugin', 'cra_plugin')


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
