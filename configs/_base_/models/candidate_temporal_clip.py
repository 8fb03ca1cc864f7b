# Preset `candidate`: every candidate grounds itself, by CRA's GSG and CMA.
_base_ = './cra_temporal_clip.py'
model = dict(
    grounding='candidate',
    causal_intervention=dict(front_door=None))
