"""CRA on STAR: Temp[CLIP] with GSG, CMA and ECI, preset ``paper``.

Prepare: the official annotations, STAR_videos.json and CLIP-L frame features
in data/star (README, "Data preparation"), roberta-base in the Hugging Face
cache, and the confounder dictionaries (docs/data_preparation.md), set by
    --cfg-options model.causal_intervention.front_door.dictionary=FILE
        model.causal_intervention.back_door.dictionary=FILE
Launch:
    python tools/train.py configs/cra_star.py
    bash tools/dist_train.sh configs/cra_star.py 4
Test on val, which has answers: python tools/test.py configs/cra_star.py CKPT
Write preds_submission.json for the test split, which has none:
    python tools/test.py configs/cra_star.py CKPT --dump preds.json
        --cfg-options test_dataloader.dataset.ann_file=STAR_test.json
            test_dataloader.dataset.features.path=features_test.h5
"""
_base_ = [
    './_base_/models/cra_temporal_clip.py',
    './_base_/datasets/star.py',
    './_base_/schedules/adam_30e.py',
    './_base_/default_runtime.py',
]
work_dir = 'work_dirs/{{fileBasenameNoExtension}}'
