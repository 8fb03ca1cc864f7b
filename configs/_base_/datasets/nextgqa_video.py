# NExT-GQA from its video files: 32 frames, evenly spread over the time of the
# video, as one clip (N, C, T, H, W).
_base_ = './nextgqa.py'

train_pipeline = [
    dict(type='cra_plugin.VideoInit'),
    dict(type='cra_plugin.SampleByTime', clip_len=32),
    dict(type='cra_plugin.VideoDecode'),
    dict(type='mmaction.Resize', scale=(-1, 256)),
    dict(type='mmaction.RandomCrop', size=224),
    dict(type='mmaction.FormatShape', input_format='NCTHW'),
    dict(type='cra_plugin.Paraphrase', prob=0.3),
    dict(type='cra_plugin.RedrawChoices', prob=0.3),
    dict(type='cra_plugin.DrawQuestionNegatives', same_video_prob=0.3),
    dict(type='cra_plugin.TokenizeText', max_length=38),
    dict(type='cra_plugin.PackVideoQGInputs'),
]
test_pipeline = [
    dict(type='cra_plugin.VideoInit'),
    dict(type='cra_plugin.SampleByTime', clip_len=32, test_mode=True),
    dict(type='cra_plugin.VideoDecode'),
    dict(type='mmaction.Resize', scale=(-1, 256)),
    dict(type='mmaction.CenterCrop', crop_size=224),
    dict(type='mmaction.FormatShape', input_format='NCTHW'),
    dict(type='cra_plugin.TokenizeText', max_length=38),
    dict(type='cra_plugin.PackVideoQGInputs'),
]
# Files named as the video, in this folder or anywhere below it.
videos = dict(path='videos', template=None, map_file=None)

train_dataloader = dict(
    batch_size=8,
    num_workers=4,
    dataset=dict(features=None, videos=videos, pipeline=train_pipeline))
val_dataloader = dict(
    batch_size=8,
    num_workers=4,
    dataset=dict(
        features=None, videos=videos, time_file=None, pipeline=test_pipeline))
test_dataloader = dict(
    batch_size=8,
    num_workers=4,
    dataset=dict(
        features=None, videos=videos, time_file=None, pipeline=test_pipeline))
