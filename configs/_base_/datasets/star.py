# STAR: annotations, durations and features of all splits lie in this folder.
data_root = 'data/star'

test_pipeline = [
    dict(type='cra_plugin.SampleFeatureFrames', num_frames=32),
    dict(type='cra_plugin.TokenizeText', max_length=38),
    dict(type='cra_plugin.PackVideoQGInputs'),
]
# There are no paraphrases of STAR's questions.
train_pipeline = [
    dict(type='cra_plugin.SampleFeatureFrames', num_frames=32),
    dict(type='cra_plugin.RedrawChoices', prob=0.3),
    dict(type='cra_plugin.DrawQuestionNegatives', same_video_prob=0.3),
    dict(type='cra_plugin.TokenizeText', max_length=38),
    dict(type='cra_plugin.PackVideoQGInputs'),
]

train_dataloader = dict(
    batch_size=64,
    num_workers=2,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=True),
    collate_fn=dict(type='cra_plugin.stack_samples'),
    dataset=dict(
        type='cra_plugin.STARDataset',
        ann_file='STAR_train.json',
        features=dict(path='features_train.h5', key='CLIPL_I'),
        pipeline=train_pipeline))
val_dataloader = dict(
    batch_size=64,
    num_workers=2,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=False),
    collate_fn=dict(type='cra_plugin.stack_samples'),
    dataset=dict(
        type='cra_plugin.STARDataset',
        ann_file='STAR_val.json',
        video_file='STAR_videos.json',
        features=dict(path='features_val.h5', key='CLIPL_I'),
        pipeline=test_pipeline,
        test_mode=True))
# The test split has no answers: the val split is reported.
test_dataloader = val_dataloader

val_evaluator = dict(type='cra_plugin.GroundedQAMetric', decoder='adaptive')
test_evaluator = dict(
    type='cra_plugin.GroundedQAMetric', decoder='adaptive', submission='star')
