"""Runnable models."""

from cra_plugin.models.grounders.video_question_grounder import (
    VideoQuestionGrounder,
)
from cra_plugin.models.grounders.zero_shot_grounder import ZeroShotGrounder

__all__ = ['VideoQuestionGrounder', 'ZeroShotGrounder']
