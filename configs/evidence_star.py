"""Frame evidence on STAR: multiple-instance scoring, MIL-NCE, CMA.

Prepare: the official annotations, STAR_videos.json and CLIP-L frame features
in data/star (README, "Data preparation"), and roberta-base in the Hugging
Face cache.
Launch:
    python tools/train.py configs/evidence_star.py
    bash tools/dist_train.sh configs/evidence_star.py 4
Options:
    --cfg-options model.grounding_head.learn_temperature=True
    --cfg-options model.grounding_head.span_temperature=1.0
    --cfg-options model.mil_nce_loss=None
    --cfg-options model.cma_loss=None
"""
_base_ = [
    './_base_/models/evidence_temporal_clip.py',
    './_base_/datasets/star.py',
    './_base_/schedules/adam_30e.py',
    './_base_/default_runtime.py',
]
work_dir = 'work_dirs/{{fileBasenameNoExtension}}'
