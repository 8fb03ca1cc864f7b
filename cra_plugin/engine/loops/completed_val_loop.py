"""The loop of a validation by plain mmengine or our tools."""

from __future__ import annotations

from mmengine.runner import ValLoop

from cra_plugin.engine.loops.completed_loop import CompletedLoop
from cra_plugin.registry import LOOPS


@LOOPS.register_module()
class CompletedValLoop(ValLoop, CompletedLoop):
    """mmengine's loop, over datasets that are completed."""
