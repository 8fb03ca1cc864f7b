"""Baseline NG+ on STAR: Temp[CLIP], naive Gaussian mask, with the VQ branch.

Prepare: as for configs/cra_star.py, without the dictionaries.
Launch: python tools/train.py configs/tempclip_ngplus_star.py
"""
_base_ = [
    './_base_/models/temporal_clip.py',
    './_base_/datasets/star.py',
    './_base_/schedules/adam_30e.py',
    './_base_/default_runtime.py',
]
work_dir = 'work_dirs/{{fileBasenameNoExtension}}'
model = dict(
    grounding_head=dict(type='cra_plugin.NGHead', sharpness=9.0),
    question_loss=dict(type='mmaction.CrossEntropyLoss', loss_weight=1.0))
# The published row of this baseline is taken to be that of the merged spans,
# as on NExT-GQA.
val_evaluator = dict(decoder='merged')
test_evaluator = dict(decoder='merged')
