"""CRA on questions of one's own: Temp[CLIP] with GSG, CMA and ECI.

Prepare: questions and frame features in data/mine (docs/your_data.md says
how), and roberta-base in the Hugging Face cache.
Launch:
    python tools/train.py configs/cra_grounded_qa.py
Other files, one option each:
    --cfg-options data_root=FOLDER train_dataloader.dataset.ann_file=mine.csv
"""
_base_ = [
    './_base_/models/cra_temporal_clip.py',
    './_base_/datasets/grounded_qa.py',
    './_base_/schedules/adam_30e.py',
    './_base_/default_runtime.py',
]
work_dir = 'work_dirs/{{fileBasenameNoExtension}}'
