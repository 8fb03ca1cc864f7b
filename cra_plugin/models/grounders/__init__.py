"""Runnable models."""

from cra_plugin.models.grounders.frozen_bilm_grounder import (
    FrozenBiLMGrounder,
)
from cra_plugin.models.grounders.masked_word_model import MaskedWordModel
from cra_plugin.models.grounders.video_question_grounder import (
    VideoQuestionGrounder,
)
from cra_plugin.models.grounders.zero_shot_grounder import ZeroShotGrounder

__all__ = [
    'FrozenBiLMGrounder', 'MaskedWordModel', 'VideoQuestionGrounder',
    'ZeroShotGrounder'
]
