"""Baseline PH on NExT-GQA: FrozenBiLM with post-hoc attention.

Answers only; what [MASK] attends to in the last layer is read as grounding.
Prepare: as for configs/cra_frozenbilm_nextgqa.py, without dictionaries.
Launch: python tools/train.py configs/frozenbilm_ph_nextgqa.py --amp
"""
_base_ = [
    './_base_/models/frozen_bilm.py',
    './_base_/datasets/nextgqa_prompts.py',
    './_base_/schedules/adam_linear_30e.py',
    './_base_/default_runtime.py',
]
work_dir = 'work_dirs/{{fileBasenameNoExtension}}'
