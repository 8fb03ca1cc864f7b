"""CRA on STAR in which every candidate grounds itself.

Prepare: the official annotations, STAR_videos.json and CLIP-L frame features
in data/star (README, "Data preparation"), and roberta-base in the Hugging
Face cache.
Launch:
    python tools/train.py configs/cra_candidate_star.py
    bash tools/dist_train.sh configs/cra_candidate_star.py 4
Options:
    --cfg-options model.causal_intervention.back_door=None
    --cfg-options model.cma_loss=None
    --cfg-options model.grounding_head.gate=product
"""
_base_ = [
    './_base_/models/candidate_temporal_clip.py',
    './_base_/datasets/star.py',
    './_base_/schedules/adam_30e.py',
    './_base_/default_runtime.py',
]
work_dir = 'work_dirs/{{fileBasenameNoExtension}}'
# Best by Acc@GQA; `adaptive` has the higher mIoU (docs/presets.md).
val_evaluator = dict(decoder='merged')
test_evaluator = dict(decoder='merged')
