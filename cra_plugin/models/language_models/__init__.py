"""Language models that read frames and words as one sequence."""

from cra_plugin.models.language_models.frozen_bilm import FrozenBiLM

__all__ = ['FrozenBiLM']
