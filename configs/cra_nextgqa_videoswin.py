"""CRA on NExT-GQA from video files, by Video Swin-T: 32 frames, 16 steps.

The 16 steps are interpolated to 32. Prepare: the annotations and, in
data/nextgqa/videos, the videos (docs/backbones.md), roberta-base in the
Hugging Face cache; mmaction2's checkpoint below is downloaded, or
    --cfg-options model.video_encoder.checkpoint=FILE
Launch:
    python tools/train.py configs/cra_nextgqa_videoswin.py --amp
    bash tools/dist_train.sh configs/cra_nextgqa_videoswin.py 8 --amp
"""
_base_ = [
    './_base_/models/cra_temporal_clip.py',
    './_base_/datasets/nextgqa_video.py',
    './_base_/schedules/adam_30e_video.py',
    './_base_/default_runtime.py',
]
work_dir = 'work_dirs/{{fileBasenameNoExtension}}'
url = 'https://download.openmmlab.com/mmaction/v1.0/recognition/swin/'
name = 'swin-tiny-p244-w877_in1k-pre_8xb8-amp-32x2x1-30e_kinetics400-rgb'
model = dict(
    video_encoder=dict(
        _delete_=True,
        type='cra_plugin.MMActionBackbone',
        backbone=dict(
            type='SwinTransformer3D',
            arch='tiny',
            pretrained=None,
            patch_size=(2, 4, 4),
            window_size=(8, 7, 7),
            drop_path_rate=0.1),
        data_preprocessor=dict(
            mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375]),
        out_dim=768,
        num_frames=32,
        checkpoint=f'{url}{name}/{name}_20220930-241016b2.pth',
        gradient_checkpointing=True))
