"""Baseline NG on NExT-GQA: Temp[CLIP] with a naive Gaussian mask.

Prepare: as for configs/cra_nextgqa.py.
Launch: python tools/train.py configs/tempclip_ng_nextgqa.py
"""
_base_ = './tempclip_ph_nextgqa.py'
work_dir = 'work_dirs/{{fileBasenameNoExtension}}'
model = dict(
    grounding_head=dict(
        _delete_=True, type='cra_plugin.NGHead', sharpness=9.0))
# The published rows of this baseline are those of the merged spans.
val_evaluator = dict(decoder='merged')
test_evaluator = dict(decoder='merged')
