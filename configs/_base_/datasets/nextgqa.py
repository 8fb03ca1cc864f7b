# Annotations and features of all splits lie in this folder; see the README.
data_root = 'data/nextgqa'

test_pipeline = [
    dict(type='cra_plugin.SampleFeatureFrames', num_frames=32),
    dict(type='cra_plugin.TokenizeText', max_length=38),
    dict(type='cra_plugin.PackVideoQGInputs'),
]
train_pipeline = [
    dict(type='cra_plugin.SampleFeatureFrames', num_frames=32),
    dict(type='cra_plugin.Paraphrase', prob=0.3),
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
        type='cra_plugin.NextGQADataset',
        ann_file='train.csv',
        paraphrase_file='train_gpt4_sub.json',
        features=dict(path='features_train.h5', key='CLIPL_I'),
        pipeline=train_pipeline))
val_dataloader = dict(
    batch_size=64,
    num_workers=2,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=False),
    collate_fn=dict(type='cra_plugin.stack_samples'),
    dataset=dict(
        type='cra_plugin.NextGQADataset',
        ann_file='val.csv',
        span_file='gsub_val.json',
        time_file='frame2time_val.json',
        features=dict(path='features_val.h5', key='CLIPL_I'),
        pipeline=test_pipeline,
        test_mode=True))
test_dataloader = dict(
    batch_size=64,
    num_workers=2,
    sampler=dict(type='DefaultSampler', shuffle=False),
    collate_fn=dict(type='cra_plugin.stack_samples'),
    dataset=dict(
        type='cra_plugin.NextGQADataset',
        ann_file='test.csv',
        span_file='gsub_test.json',
        time_file='frame2time_test.json',
        features=dict(path='features_test.h5', key='CLIPL_I'),
        pipeline=test_pipeline,
        test_mode=True))

val_evaluator = dict(type='cra_plugin.GroundedQAMetric', decoder='adaptive')
test_evaluator = dict(type='cra_plugin.GroundedQAMetric', decoder='adaptive')
