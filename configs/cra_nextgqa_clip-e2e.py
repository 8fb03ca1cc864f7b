"""CRA on NExT-GQA from video files, by CLIP ViT-L/14 trained along.

Prepare: the annotations and, in data/nextgqa/videos, the videos
(docs/backbones.md), roberta-base in the Hugging Face cache, and CLIP:
    hf download timm/vit_large_patch14_clip_224.openai \
        open_clip_model.safetensors
Launch:
    python tools/train.py configs/cra_nextgqa_clip-e2e.py --amp
    bash tools/dist_train.sh configs/cra_nextgqa_clip-e2e.py 8 --amp
Train less of CLIP, or none of it:
    --cfg-options model.video_encoder.unlocked_groups=4
    --cfg-options model.video_encoder.frozen=True
"""
_base_ = [
    './_base_/models/cra_temporal_clip.py',
    './_base_/datasets/nextgqa_video.py',
    './_base_/schedules/adam_30e_video.py',
    './_base_/default_runtime.py',
]
work_dir = 'work_dirs/{{fileBasenameNoExtension}}'
model = dict(
    video_encoder=dict(
        _delete_=True,
        type='cra_plugin.OpenCLIPFrames',
        model='ViT-L-14',
        pretrained='openai',
        gradient_checkpointing=True))
