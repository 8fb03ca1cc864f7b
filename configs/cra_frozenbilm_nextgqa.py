"""CRA on FrozenBiLM, on NExT-GQA: GSG, CMA and ECI, preset ``paper``.

Prepare: the official annotations and CLIP-L frame features in data/nextgqa
(README, "Data preparation"), the confounder dictionaries as for
configs/cra_nextgqa.py, and the language model (docs/frozenbilm.md):
    hf download microsoft/deberta-v2-xlarge
and, to start from FrozenBiLM's own training, its checkpoint:
    --cfg-options model.language_model.pretrained=frozenbilm.pth
Launch:
    python tools/train.py configs/cra_frozenbilm_nextgqa.py --amp
    bash tools/dist_train.sh configs/cra_frozenbilm_nextgqa.py 4 --amp
Save memory:
    --cfg-options model.language_model.gradient_checkpointing=True
    --cfg-options model.candidates_at_once=1
"""
_base_ = [
    './_base_/models/cra_frozen_bilm.py',
    './_base_/datasets/nextgqa_prompts.py',
    './_base_/schedules/adam_linear_30e.py',
    './_base_/default_runtime.py',
]
work_dir = 'work_dirs/{{fileBasenameNoExtension}}'
