"""The loop of a test by plain mmengine or our tools."""

from __future__ import annotations

from mmengine.runner import TestLoop

from cra_plugin.engine.loops.completed_loop import CompletedLoop
from cra_plugin.registry import LOOPS


@LOOPS.register_module()
class CompletedTestLoop(TestLoop, CompletedLoop):
    """mmengine's loop, over datasets that are completed."""
