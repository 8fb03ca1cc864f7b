# FrozenBiLM's: Adam, warm-up over a tenth of 30 epochs, linear decay to 0.
optim_wrapper = dict(
    type='OptimWrapper',
    constructor='cra_plugin.TrainedParametersConstructor',
    # fused: see adam_30e.py.
    optimizer=dict(type='Adam', lr=1e-5, betas=(0.9, 0.95), fused=True),
    clip_grad=dict(max_norm=0.1))
param_scheduler = [
    dict(
        type='LinearLR',
        start_factor=0.001,
        by_epoch=True,
        begin=0,
        end=3,
        convert_to_iter_based=True),
    # Ends with the last epoch, whatever train_cfg.max_epochs says.
    dict(
        type='PolyLR',
        eta_min=0.0,
        power=1.0,
        by_epoch=True,
        begin=3,
        convert_to_iter_based=True),
]
train_cfg = dict(
    type='cra_plugin.ResumableEpochLoop', max_epochs=30, val_interval=1)
val_cfg = dict(type='cra_plugin.CompletedValLoop')
test_cfg = dict(type='cra_plugin.CompletedTestLoop')
auto_scale_lr = dict(enable=False, base_batch_size=6)
