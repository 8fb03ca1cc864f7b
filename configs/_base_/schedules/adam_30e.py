# Adam, one epoch of warm-up, then a cosine to 0.001 of the learning rate.
# fused: one kernel for all weights; set it to None on a device for which torch
# has none (it has on CPUs, CUDA, MPS, XPU).
optim_wrapper = dict(
    type='OptimWrapper',
    optimizer=dict(type='Adam', lr=1e-5, amsgrad=True, fused=True),
    clip_grad=dict(max_norm=12.0))
param_scheduler = [
    dict(
        type='LinearLR',
        start_factor=0.01,
        by_epoch=True,
        begin=0,
        end=1,
        convert_to_iter_based=True),
    # Ends with the last epoch, whatever train_cfg.max_epochs says.
    dict(
        type='CosineAnnealingLR',
        eta_min_ratio=0.001,
        by_epoch=True,
        begin=1,
        convert_to_iter_based=True),
]
train_cfg = dict(
    type='cra_plugin.ResumableEpochLoop', max_epochs=30, val_interval=1)
val_cfg = dict(type='cra_plugin.CompletedValLoop')
test_cfg = dict(type='cra_plugin.CompletedTestLoop')
auto_scale_lr = dict(enable=False, base_batch_size=64)
