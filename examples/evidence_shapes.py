"""The model of the example: configs/evidence_rendered.py, trained.

Launch: python tools/infer.py examples/shapes.mp4
    --questions examples/questions.jsonl
    --config examples/evidence_shapes.py
    --checkpoint examples/evidence_shapes.pth
How it was trained: examples/README.md
"""
_base_ = '../configs/evidence_rendered.py'
work_dir = 'work_dirs/{{fileBasenameNoExtension}}'
model = dict(
    video_encoder=dict(frozen=False, norm_eval=True),
    text_encoder=dict(name='{{fileDirname}}/text_model'))

# The clip has 8 x 8 pixels for one of the videos of the training.
test_pipeline = [
    dict(type='cra_plugin.VideoInit'),
    dict(type='cra_plugin.SampleByTime', clip_len=12, test_mode=True),
    dict(type='cra_plugin.VideoDecode'),
    dict(type='mmaction.Resize', scale=(32, 32), keep_ratio=False,
         interpolation='area'),
    dict(type='mmaction.FormatShape', input_format='NCTHW'),
    dict(type='cra_plugin.TokenizeText', max_length=16),
    dict(type='cra_plugin.PackVideoQGInputs'),
]
test_dataloader = dict(dataset=dict(pipeline=test_pipeline))
