"""Grounding heads: frames (B, T, d) and a query (B, d) to frame weights."""

from cra_plugin.models.heads.evidence_head import EvidenceHead
from cra_plugin.models.heads.gsg_head import GSGHead
from cra_plugin.models.heads.ng_head import NGHead
from cra_plugin.models.heads.posthoc_head import PostHocHead

__all__ = ['EvidenceHead', 'GSGHead', 'NGHead', 'PostHocHead']
