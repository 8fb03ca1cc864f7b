"""CRA on STAR as its authors released it, preset ``release``.

For people who hold checkpoints of the released code, and for comparison:
the question hardly reaches the grounding here (README, "Presets").
Prepare: as for configs/cra_star.py.
Launch: python tools/train.py configs/cra_star_release.py
"""
_base_ = [
    './_base_/models/cra_temporal_clip_release.py',
    './_base_/datasets/star.py',
    './_base_/schedules/adam_30e.py',
    './_base_/default_runtime.py',
]
work_dir = 'work_dirs/{{fileBasenameNoExtension}}'
train_pipeline = [
    dict(type='cra_plugin.SampleFeatureFrames', num_frames=32),
    dict(type='cra_plugin.RedrawChoices', prob=0.3, exclude_positive=False),
    dict(type='cra_plugin.DrawQuestionNegatives', same_video_prob=0.3,
         exclude_positive=False),
    dict(type='cra_plugin.TokenizeText', max_length=38,
         question_max_length=30, space_before_separator=True),
    dict(type='cra_plugin.PackVideoQGInputs'),
]
test_pipeline = [
    dict(type='cra_plugin.SampleFeatureFrames', num_frames=32),
    dict(type='cra_plugin.TokenizeText', max_length=38,
         question_max_length=30, space_before_separator=True),
    dict(type='cra_plugin.PackVideoQGInputs'),
]
train_dataloader = dict(dataset=dict(pipeline=train_pipeline))
val_dataloader = dict(dataset=dict(pipeline=test_pipeline))
test_dataloader = dict(dataset=dict(pipeline=test_pipeline))
default_hooks = dict(checkpoint=dict(save_best='Acc@VQA'))
