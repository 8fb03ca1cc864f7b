"""Frame evidence on the generated grounded-QA world of the demo.

Prepare: as for configs/cra_demo.py.
Launch: python tools/train.py configs/evidence_demo.py
"""
_base_ = [
    './_base_/models/evidence_temporal_clip.py',
    './_base_/datasets/demo_world.py',
    './_base_/schedules/adam_30e.py',
    './_base_/default_runtime.py',
]
work_dir = 'work_dirs/{{fileBasenameNoExtension}}'
model = dict(
    d_model=64,
    video_encoder=dict(out_dim=64),
    text_encoder=dict(name='work_dirs/demo/text_model'),
    temporal_encoder=dict(
        num_layers=1, num_heads=4, input_dropout=0.0, dropout=0.0),
    pooling_dropout=0.0)
optim_wrapper = dict(optimizer=dict(lr=1e-3))
train_cfg = dict(max_epochs=10, val_interval=2)
