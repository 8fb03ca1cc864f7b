"""The methods that the bench compares."""

from __future__ import annotations

from typing import Any

_FRONT = 'model.causal_intervention.front_door'
_FEW = {f'{_FRONT}.num_clusters': 128}
# Method: its config, and what it changes of it.
METHODS: dict[str, tuple[str, dict[str, Any]]] = {
    'PH': ('tempclip_ph_nextgqa.py', {}),
    'NG+': ('tempclip_ngplus_nextgqa.py', {}),
    'release': ('cra_nextgqa_release.py', _FEW),
    'paper': ('cra_nextgqa.py', _FEW),
    'paper-no-front-door': ('cra_nextgqa.py', {_FRONT: None}),
    'candidate': ('cra_candidate_nextgqa.py', {}),
    'evidence-CMA': ('evidence_nextgqa.py', {'model.mil_nce_loss': None}),
    'evidence-MIL-NCE': ('evidence_nextgqa.py', {'model.cma_loss': None}),
    'evidence': ('evidence_nextgqa.py', {}),
}
