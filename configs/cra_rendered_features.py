"""CRA on features that a random, frozen CNN has of rendered videos.

Prepare: the videos and the text model as for cra_rendered.py; the weights and
    features by the commands of docs/benchmarks.md, "Rendered video".
Launch: python tools/train.py configs/cra_rendered_features.py
"""
_base_ = [
    './_base_/models/cra_temporal_clip.py',
    './_base_/datasets/nextgqa.py',
    './_base_/schedules/adam_30e.py',
    './_base_/default_runtime.py',
]
work_dir = 'work_dirs/{{fileBasenameNoExtension}}'
data_root = 'data/rendered'
model = dict(
    d_model=64,
    video_encoder=dict(out_dim=128, feature_norm=dict(type='BN1d')),
    text_encoder=dict(name='data/rendered/text_model'),
    temporal_encoder=dict(
        num_layers=1, num_heads=4, input_dropout=0.0, dropout=0.0),
    pooling_dropout=0.0,
    causal_intervention=None)
train_dataloader = dict(
    batch_size=16,
    num_workers=0,
    persistent_workers=False,
    dataset=dict(paraphrase_file=None))
val_dataloader = dict(num_workers=0, persistent_workers=False)
test_dataloader = dict(num_workers=0)
optim_wrapper = dict(optimizer=dict(lr=1e-3))
train_cfg = dict(max_epochs=24, val_interval=4)
