"""Baseline PH on the generated grounded-QA world of the demo.

Prepare: as for configs/cra_demo.py.
Launch: python tools/train.py configs/tempclip_ph_demo.py
"""
_base_ = './cra_demo.py'
work_dir = 'work_dirs/{{fileBasenameNoExtension}}'
model = dict(
    grounding_head=dict(_delete_=True, type='cra_plugin.PostHocHead'),
    causal_intervention=None,
    question_loss=None,
    cma_loss=None)
# An epoch costs half of CRA's, and without the VQ branch it learns slower.
train_cfg = dict(max_epochs=10)
