"""Loops of the runner."""

from cra_plugin.engine.loops.resumable_epoch_loop import ResumableEpochLoop

__all__ = ['ResumableEpochLoop']
