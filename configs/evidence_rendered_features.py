"""Frame evidence as configs/cra_rendered_features.py, instead of CRA.

Prepare: as for configs/cra_rendered_features.py.
Launch: python tools/train.py configs/evidence_rendered_features.py
"""
_base_ = './cra_rendered_features.py'
work_dir = 'work_dirs/{{fileBasenameNoExtension}}'
model = dict(
    grounding='evidence',
    grounding_head=dict(_delete_=True, type='cra_plugin.EvidenceHead'),
    cma_loss=None,
    mil_nce_loss=dict(type='cra_plugin.MILNCELoss', loss_weight=0.5))
