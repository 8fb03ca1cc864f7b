"""Gates: frames and query to gated frames (B, T, d), or logits (B, T)."""

from cra_plugin.models.gates.dot_gate import DotGate
from cra_plugin.models.gates.gate import Gate
from cra_plugin.models.gates.product_gate import ProductGate
from cra_plugin.models.gates.scaled_tanh_gate import ScaledTanhGate
from cra_plugin.models.gates.tanh_gate import TanhGate

__all__ = ['DotGate', 'Gate', 'ProductGate', 'ScaledTanhGate', 'TanhGate']
