"""CRA on NExT-GQA from video files, by TimeSformer: 4 clips of 8 frames.

Prepare: the annotations and, in data/nextgqa/videos, the videos
(docs/backbones.md), roberta-base in the Hugging Face cache; mmaction2's
checkpoint below is downloaded, or
    --cfg-options model.video_encoder.checkpoint=FILE
Launch:
    python tools/train.py configs/cra_nextgqa_timesformer.py --amp
    bash tools/dist_train.sh configs/cra_nextgqa_timesformer.py 8 --amp
"""
_base_ = [
    './_base_/models/cra_temporal_clip.py',
    './_base_/datasets/nextgqa_video.py',
    './_base_/schedules/adam_30e_video.py',
    './_base_/default_runtime.py',
]
work_dir = 'work_dirs/{{fileBasenameNoExtension}}'
url = 'https://download.openmmlab.com/mmaction/v1.0/recognition/timesformer/'
name = 'timesformer_divST_8xb8-8x32x1-15e_kinetics400-rgb'
model = dict(
    video_encoder=dict(
        _delete_=True,
        type='cra_plugin.MMActionBackbone',
        backbone=dict(
            type='TimeSformer',
            pretrained=None,
            num_frames=8,
            img_size=224,
            patch_size=16,
            embed_dims=768,
            attention_type='divided_space_time',
            norm_cfg=dict(type='LN', eps=1e-6)),
        data_preprocessor=dict(mean=[127.5] * 3, std=[127.5] * 3),
        out_dim=768,
        clip_len=8,
        checkpoint=f'{url}{name}/{name}_20220815-a4d0d01f.pth',
        gradient_checkpointing=True))
