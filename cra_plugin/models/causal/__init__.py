"""Causal interventions on the query and on the grounded feature."""

from cra_plugin.models.causal.back_door import BackDoorIntervention
from cra_plugin.models.causal.explicit_causal_intervention import (
    ExplicitCausalIntervention,
)
from cra_plugin.models.causal.front_door import FrontDoorIntervention

__all__ = [
    'BackDoorIntervention', 'ExplicitCausalIntervention',
    'FrontDoorIntervention'
]
