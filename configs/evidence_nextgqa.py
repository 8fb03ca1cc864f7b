"""Frame evidence on NExT-GQA: multiple-instance scoring, MIL-NCE, CMA.

Prepare: the official annotations and CLIP-L frame features in data/nextgqa
(README, "Data preparation"), and roberta-base in the Hugging Face cache.
Launch:
    python tools/train.py configs/evidence_nextgqa.py
    bash tools/dist_train.sh configs/evidence_nextgqa.py 4
Options:
    --cfg-options model.grounding_head.learn_temperature=True
    --cfg-options model.grounding_head.span_temperature=1.0
    --cfg-options model.mil_nce_loss=None
    --cfg-options model.cma_loss=None
"""
_base_ = [
    './_base_/models/evidence_temporal_clip.py',
    './_base_/datasets/nextgqa.py',
    './_base_/schedules/adam_30e.py',
    './_base_/default_runtime.py',
]
work_dir = 'work_dirs/{{fileBasenameNoExtension}}'
