# Videos of moving shapes: tools/render_world.py writes its files.
_base_ = './nextgqa_video.py'
data_root = 'data/rendered'

train_pipeline = [
    dict(type='cra_plugin.VideoInit'),
    dict(type='cra_plugin.SampleByTime', clip_len=12),
    dict(type='cra_plugin.VideoDecode'),
    dict(type='mmaction.FormatShape', input_format='NCTHW'),
    dict(type='cra_plugin.DrawQuestionNegatives', same_video_prob=0.3),
    dict(type='cra_plugin.TokenizeText', max_length=16),
    dict(type='cra_plugin.PackVideoQGInputs'),
]
test_pipeline = [
    dict(type='cra_plugin.VideoInit'),
    dict(type='cra_plugin.SampleByTime', clip_len=12, test_mode=True),
    dict(type='cra_plugin.VideoDecode'),
    dict(type='mmaction.FormatShape', input_format='NCTHW'),
    dict(type='cra_plugin.TokenizeText', max_length=16),
    dict(type='cra_plugin.PackVideoQGInputs'),
]
train_dataloader = dict(
    batch_size=16,
    num_workers=0,
    persistent_workers=False,
    dataset=dict(paraphrase_file=None, pipeline=train_pipeline))
val_dataloader = dict(
    batch_size=16,
    num_workers=0,
    persistent_workers=False,
    dataset=dict(pipeline=test_pipeline))
test_dataloader = dict(
    batch_size=16, num_workers=0, dataset=dict(pipeline=test_pipeline))
