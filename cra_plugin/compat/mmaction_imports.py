"""What mmaction2 and mmcv lack or warn of when they are imported."""

from __future__ import annotations

import sys
import warnings
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any


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


def prepare_mmaction() -> None:
    """Let ``mmaction.models`` be imported, and quietly."""
    stand_in_for_drn()
    stand_in_for_multimodal()
    silence_mmcv_lite()


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


def silence_mmcv_lite() -> None:
    """Keep mmcv-lite from warning, on import, of an operator it lacks.

    Nothing of ours uses it, and a tool's error is one line. No upstream
    issue is known.
    """
    warnings.filterwarnings(
        'ignore', message='Fail to import ``MultiScaleDeformableAttention``')
