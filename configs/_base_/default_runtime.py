default_scope = 'mmaction'
custom_imports = dict(imports=['cra_plugin.compat.applied'])

default_hooks = dict(
    timer=dict(type='IterTimerHook'),
    logger=dict(type='LoggerHook', interval=20),
    param_scheduler=dict(type='ParamSchedulerHook'),
    checkpoint=dict(
        type='cra_plugin.DurableCheckpointHook',
        interval=1,
        max_keep_ckpts=2,
        save_best='Acc@GQA',
        rule='greater'),
    sampler_seed=dict(type='DistSamplerSeedHook'),
    # Ours; each is left out by default_hooks.NAME=None.
    # The terminal shows a few lines and the file of the log everything; with
    # verbose=True (--verbose of the tools) the terminal does too.
    console=dict(type='cra_plugin.ConsoleHook', verbose=False),
    evaluation_line=dict(type='cra_plugin.EvaluationLineHook'),
    mean_loss=dict(type='cra_plugin.MeanLossHook'),
    sample_seed=dict(type='cra_plugin.SampleSeedHook'),
    confounder_dictionary=dict(type='cra_plugin.ConfounderDictionaryHook'),
    resume=dict(type='cra_plugin.ResumeHook'),
    # Or action='skip': leave such batches out.
    nonfinite_loss=dict(type='cra_plugin.NonfiniteLossHook', action='stop'),
    termination=dict(type='cra_plugin.TerminationHook'),
    evaluation_extent=dict(type='cra_plugin.EvaluationExtentHook'),
    shared_videos=dict(type='cra_plugin.SharedVideosHook'))

env_cfg = dict(
    cudnn_benchmark=False,
    mp_cfg=dict(mp_start_method='fork', opencv_num_threads=0),
    # On CPUs the backend is gloo, whatever stands here. Timeout: seconds that
    # processes wait for one that does not answer.
    dist_cfg=dict(backend='nccl', timeout=1800))
log_processor = dict(type='LogProcessor', window_size=20, by_epoch=True)
# TensorBoard (pip install tensorboard) too: one more line in vis_backends,
# dict(type='mmengine.TensorboardVisBackend'), or on the command line
# --cfg-options visualizer.vis_backends.0.type=mmengine.TensorboardVisBackend
# Our tools keep the local files in either case.
visualizer = dict(
    type='mmengine.Visualizer',
    vis_backends=[dict(type='mmengine.LocalVisBackend')])
log_level = 'INFO'
load_from = None
resume = False
randomness = dict(seed=2024)
