# The generated grounded-QA world: tools/simulate_world.py writes its files.
_base_ = './nextgqa.py'
data_root = 'work_dirs/demo/world'

train_pipeline = [
    dict(type='cra_plugin.SampleFeatureFrames', num_frames=32),
    dict(type='cra_plugin.DrawQuestionNegatives', same_video_prob=0.3),
    dict(type='cra_plugin.TokenizeText', max_length=38),
    dict(type='cra_plugin.PackVideoQGInputs'),
]
train_dataloader = dict(
    batch_size=16,
    num_workers=0,
    persistent_workers=False,
    dataset=dict(paraphrase_file=None, pipeline=train_pipeline))
val_dataloader = dict(num_workers=0, persistent_workers=False)
test_dataloader = dict(num_workers=0)
