"""CRA on FrozenBiLM, on STAR: GSG, CMA and ECI, preset ``paper``.

Prepare: the data as for configs/cra_star.py, the language model as for
configs/cra_frozenbilm_nextgqa.py.
Launch: python tools/train.py configs/cra_frozenbilm_star.py --amp
"""
_base_ = [
    './_base_/models/cra_frozen_bilm.py',
    './_base_/datasets/star_prompts.py',
    './_base_/schedules/adam_linear_30e.py',
    './_base_/default_runtime.py',
]
work_dir = 'work_dirs/{{fileBasenameNoExtension}}'
