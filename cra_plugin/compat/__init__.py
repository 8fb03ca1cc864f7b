"""Every version work-around, and nothing else.

Importing our registry applies none of them, so that the runs of other
packages keep mmengine as it is. :func:`apply` is called by our own functions
and loops, and on import by :mod:`cra_plugin.compat.applied`, which the shipped
configs name in ``custom_imports``. Each work-around acts only where it is
needed and has a test that fails once upstream no longer needs it.
"""

import functools

from cra_plugin.compat.mmaction_imports import prepare_mmaction
from cra_plugin.compat.mmengine_names import (
    accept_names_without_folder,
    name_package_for_inheritance,
)
from cra_plugin.compat.safe_checkpoints import load_checkpoints_safely
from cra_plugin.compat.text_encoding import (
    write_logs_in_utf8,
    write_notes_in_utf8,
)
from cra_plugin.compat.versions import check_versions


@functools.cache
def apply() -> None:
    """Check the installed versions and apply the work-arounds they need.

    A second call changes nothing.
    """
    check_versions()
    prepare_mmaction()
    load_checkpoints_safely()
    name_package_for_inheritance()
    accept_names_without_folder()
    write_logs_in_utf8()
    write_notes_in_utf8()
