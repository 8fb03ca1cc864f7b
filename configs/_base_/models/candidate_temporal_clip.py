# Preset `candidate`: every candidate grounds itself, by CRA's GSG and CMA.
_base_ = './cra_temporal_clip.py'
model = dict(
    grounding='candidate',
    # A third of the cost of `product` with five candidates, and better.
    grounding_head=dict(gate='dot'),
    causal_intervention=dict(front_door=None))
