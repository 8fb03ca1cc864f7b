"""Every version work-around, and nothing else.

:func:`apply` runs when :mod:`cra_plugin.registry` is imported, that is before
mmengine builds anything of ours. Each work-around acts only where it is
needed and has a test that fails once upstream no longer needs it.
"""


from cra_plugin.compat.mmaction_imports import (
    silence_mmcv_lite,
    stand_in_for_drn,
    stand_in_for_multimodal,
)
from cra_plugin.compat.mmengine_names import name_package_for_inheritance
from cra_plugin.compat.safe_checkpoints import load_checkpoints_safely
from cra_plugin.compat.text_encoding import (
    write_logs_in_utf8,
    write_notes_in_utf8,
)
from cra_plugin.compat.versions import check_versions


def apply() -> None:
    """Check the installed versions and apply the work-arounds they need."""
    check_versions()
    stand_in_for_drn()
    stand_in_for_multimodal()
    load_checkpoints_safely()
    silence_mmcv_lite()
    name_package_for_inheritance()
    write_logs_in_utf8()
    write_notes_in_utf8()
