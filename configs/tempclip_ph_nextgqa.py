"""Baseline PH on NExT-GQA: Temp[CLIP] with post-hoc attention.

Answers only; the frame attention learned on the way is read as grounding.
Prepare: as for configs/cra_nextgqa.py.
Launch: python tools/train.py configs/tempclip_ph_nextgqa.py
"""
_base_ = [
    './_base_/models/temporal_clip.py',
    './_base_/datasets/nextgqa.py',
    './_base_/schedules/adam_30e.py',
    './_base_/default_runtime.py',
]
work_dir = 'work_dirs/{{fileBasenameNoExtension}}'
model = dict(grounding_head=dict(type='cra_plugin.PostHocHead'))
