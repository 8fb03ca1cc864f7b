"""CRA on the generated grounded-QA world of the demo, small enough for CPUs.

Prepare:
    python tools/simulate_world.py --out work_dirs/demo/world
    python tools/make_text_model.py --annotations work_dirs/demo/world \
        --splits train val --out work_dirs/demo/text_model
    and, for the back-door intervention, the dictionaries
    (docs/data_preparation.md)
Launch: python tools/train.py configs/cra_demo.py
Everything at once, with baseline and pictures: make demo
"""
_base_ = [
    './_base_/models/cra_temporal_clip.py',
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
    pooling_dropout=0.0,
    causal_intervention=dict(
        front_door=dict(num_clusters=64), back_door=dict(num_clusters=64)))
optim_wrapper = dict(optimizer=dict(lr=1e-3))
train_cfg = dict(max_epochs=10, val_interval=2)
