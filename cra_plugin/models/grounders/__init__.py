"""Runnable models."""

from cra_plugin.models.grounders.video_question_grounder import (
    VideoQuestionGrounder,
)

__all__ = ['VideoQuestionGrounder']
