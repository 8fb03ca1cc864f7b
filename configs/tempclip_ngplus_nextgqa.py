"""Baseline NG+ on NExT-GQA: NG that must also find the video's question.

Prepare: as for configs/cra_nextgqa.py.
Launch: python tools/train.py configs/tempclip_ngplus_nextgqa.py
"""
_base_ = './tempclip_ng_nextgqa.py'
work_dir = 'work_dirs/{{fileBasenameNoExtension}}'
model = dict(
    question_loss=dict(type='mmaction.CrossEntropyLoss', loss_weight=1.0))
