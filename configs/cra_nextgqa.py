"""CRA on NExT-GQA: Temp[CLIP] with GSG, CMA and ECI, preset ``paper``.

Prepare: the official annotations and CLIP-L frame features in data/nextgqa
(README, "Data preparation"), roberta-base in the Hugging Face cache, and the
confounder dictionaries (docs/data_preparation.md), set by
    --cfg-options model.causal_intervention.front_door.dictionary=FILE
        model.causal_intervention.back_door.dictionary=FILE
Launch:
    python tools/train.py configs/cra_nextgqa.py
    bash tools/dist_train.sh configs/cra_nextgqa.py 4
Ablate, one option each:
    --cfg-options model.causal_intervention.front_door=None
    --cfg-options model.causal_intervention.back_door=None
    --cfg-options model.cma_loss=None
    --cfg-options model.grounding_head.gate=dot
    --cfg-options model.grounding_head.kernel_size=1
"""
_base_ = [
    './_base_/models/cra_temporal_clip.py',
    './_base_/datasets/nextgqa.py',
    './_base_/schedules/adam_30e.py',
    './_base_/default_runtime.py',
]
work_dir = 'work_dirs/{{fileBasenameNoExtension}}'
