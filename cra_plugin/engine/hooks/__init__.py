"""Hooks of the training loop."""

from cra_plugin.engine.hooks.confounder_dictionary_hook import (
    ConfounderDictionaryHook,
)
from cra_plugin.engine.hooks.console_hook import ConsoleHook
from cra_plugin.engine.hooks.durable_checkpoint_hook import (
    DurableCheckpointHook,
)
from cra_plugin.engine.hooks.evaluation_extent_hook import (
    EvaluationExtentHook,
)
from cra_plugin.engine.hooks.evaluation_line_hook import EvaluationLineHook
from cra_plugin.engine.hooks.mean_loss_hook import MeanLossHook
from cra_plugin.engine.hooks.nonfinite_loss_hook import NonfiniteLossHook
from cra_plugin.engine.hooks.resume_hook import ResumeHook
from cra_plugin.engine.hooks.sample_seed_hook import SampleSeedHook
from cra_plugin.engine.hooks.shared_videos_hook import SharedVideosHook
from cra_plugin.engine.hooks.termination_hook import TerminationHook

__all__ = [
    'ConfounderDictionaryHook', 'ConsoleHook', 'DurableCheckpointHook',
    'EvaluationExtentHook', 'EvaluationLineHook', 'MeanLossHook',
    'NonfiniteLossHook', 'ResumeHook', 'SampleSeedHook', 'SharedVideosHook',
    'TerminationHook'
]
