"""Video question grounding for OpenMMLab: choose the answer, show when.

Importing this package is cheap and needs no torch. Every component is
registered under the scope ``cra_plugin`` the first time anybody looks one up
(``type='cra_plugin.GSGHead'``) or imports :mod:`cra_plugin.registry`.
:mod:`cra_plugin.compat` holds the work-arounds, which nothing of this applies.
"""

from cra_plugin.version import __version__

__all__ = ['__version__']
