"""Loops of the runner."""

from cra_plugin.loops.resumable_epoch_loop import ResumableEpochLoop

__all__ = ['ResumableEpochLoop']
