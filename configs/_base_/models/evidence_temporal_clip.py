# Preset `evidence`: every frame is scored against every candidate.
_base_ = './temporal_clip.py'
model = dict(
    grounding='evidence',
    grounding_head=dict(
        type='cra_plugin.EvidenceHead',
        temperature=1.0,
        learn_temperature=False,
        span_temperature=1.5,
        kernel_size=5,
        sigma=1.0),
    question_loss=dict(type='mmaction.CrossEntropyLoss', loss_weight=1.0),
    mil_nce_loss=dict(type='cra_plugin.MILNCELoss', loss_weight=0.5),
    cma_loss=dict(
        type='cra_plugin.CMALoss', temperature=0.07, loss_weight=0.5))
