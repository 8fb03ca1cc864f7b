"""Frame evidence as configs/cra_rendered.py, instead of CRA.

Prepare: as for configs/cra_rendered.py.
Launch: python tools/train.py configs/evidence_rendered.py
"""
_base_ = './cra_rendered.py'
work_dir = 'work_dirs/{{fileBasenameNoExtension}}'
model = dict(
    grounding='evidence',
    grounding_head=dict(_delete_=True, type='cra_plugin.EvidenceHead'),
    cma_loss=None,
    mil_nce_loss=dict(type='cra_plugin.MILNCELoss', loss_weight=0.5))
