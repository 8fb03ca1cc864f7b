"""Text encoders: token ids (B, M, L) to embeddings (B, M, d)."""

from cra_plugin.models.text_encoders.hf_text_encoder import HFTextEncoder

__all__ = ['HFTextEncoder']
