"""CRA from video files of moving shapes, by a random, frozen CNN.

Nothing here is pretrained: questions, pixels and answers teach all of it.
Prepare:
    python tools/render_world.py --out data/rendered
    python tools/make_text_model.py --annotations data/rendered \
        --splits train val --hidden-size 64 --num-layers 1 \
        --out data/rendered/text_model
Launch: python tools/train.py configs/cra_rendered.py
Then train the CNN too (docs/benchmarks.md, "Rendered video"): load_from=,
    model.video_encoder.frozen=False, model.video_encoder.norm_eval=True
"""
_base_ = [
    './_base_/models/cra_temporal_clip.py',
    './_base_/datasets/rendered_world.py',
    './_base_/schedules/adam_30e.py',
    './_base_/default_runtime.py',
]
work_dir = 'work_dirs/{{fileBasenameNoExtension}}'
model = dict(
    d_model=64,
    video_encoder=dict(
        _delete_=True,
        type='cra_plugin.MMActionBackbone',
        # Two stages with random weights, each frame by itself.
        backbone=dict(
            type='ResNet3dSlowOnly', depth=18, pretrained=None,
            base_channels=64, num_stages=2, stage_blocks=(1, 1),
            out_indices=(1, ), spatial_strides=(1, 2),
            temporal_strides=(1, 1), dilations=(1, 1), inflate=(0, 0),
            conv1_kernel=(1, 5, 5), with_pool1=False,
            norm_cfg=dict(type='BN3d')),
        frozen=True,
        data_preprocessor=dict(mean=[35.0] * 3, std=[64.0] * 3),
        feature_norm=dict(type='BN1d'),
        out_dim=128),
    text_encoder=dict(name='data/rendered/text_model'),
    temporal_encoder=dict(
        num_layers=1, num_heads=4, input_dropout=0.0, dropout=0.0),
    pooling_dropout=0.0,
    causal_intervention=None)
optim_wrapper = dict(optimizer=dict(lr=1e-3))
train_cfg = dict(max_epochs=16, val_interval=2)
