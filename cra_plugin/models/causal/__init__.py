"""Causal interventions, and what keeps biases out of the answers."""

from cra_plugin.models.causal.back_door import BackDoorIntervention
from cra_plugin.models.causal.blind_language import BlindLanguage
from cra_plugin.models.causal.debiasing import Debiasing
from cra_plugin.models.causal.explicit_causal_intervention import (
    ExplicitCausalIntervention,
)
from cra_plugin.models.causal.front_door import FrontDoorIntervention
from cra_plugin.models.causal.scene_reversal import SceneReversal

__all__ = [
    'BackDoorIntervention', 'BlindLanguage', 'Debiasing',
    'ExplicitCausalIntervention', 'FrontDoorIntervention', 'SceneReversal'
]
