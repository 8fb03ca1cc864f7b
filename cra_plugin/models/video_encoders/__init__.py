"""Video encoders: anything to a sequence of frame features (B, T, D)."""

from cra_plugin.models.video_encoders.mmaction_backbone import (
    MMActionBackbone,
)
from cra_plugin.models.video_encoders.open_clip_frames import OpenCLIPFrames
from cra_plugin.models.video_encoders.precomputed_features import (
    PrecomputedFeatures,
)

__all__ = ['MMActionBackbone', 'OpenCLIPFrames', 'PrecomputedFeatures']
