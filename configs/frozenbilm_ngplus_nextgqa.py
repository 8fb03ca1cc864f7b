"""Baseline NG+ on NExT-GQA: FrozenBiLM with a naive Gaussian mask.

It must also find the video's question, the VQ branch.
Prepare: as for configs/cra_frozenbilm_nextgqa.py, without dictionaries.
Launch: python tools/train.py configs/frozenbilm_ngplus_nextgqa.py --amp
"""
_base_ = './frozenbilm_ph_nextgqa.py'
work_dir = 'work_dirs/{{fileBasenameNoExtension}}'
model = dict(
    grounding_head=dict(type='cra_plugin.NGHead', sharpness=9.0),
    question_loss=dict(type='cra_plugin.BalancedBCELoss', loss_weight=1.0))
# The published rows of this baseline are those of the merged spans.
val_evaluator = dict(decoder='merged')
test_evaluator = dict(decoder='merged')
