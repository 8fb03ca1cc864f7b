"""Every work-around, applied by importing this: for ``custom_imports``."""

from cra_plugin import compat

compat.apply()
