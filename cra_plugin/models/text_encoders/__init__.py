"""Text encoders: token ids (B, M, L) to embeddings (B, M, d)."""

from cra_plugin.models.text_encoders.hf_text_encoder import HFTextEncoder
from cra_plugin.models.text_encoders.open_clip_text_encoder import (
    OpenCLIPTextEncoder,
)

__all__ = ['HFTextEncoder', 'OpenCLIPTextEncoder']
