"""Loops of the runner."""

from cra_plugin.engine.loops.completed_test_loop import CompletedTestLoop
from cra_plugin.engine.loops.completed_val_loop import CompletedValLoop
from cra_plugin.engine.loops.resumable_epoch_loop import ResumableEpochLoop

__all__ = ['CompletedTestLoop', 'CompletedValLoop', 'ResumableEpochLoop']
