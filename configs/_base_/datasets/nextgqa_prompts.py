# As nextgqa.py, with a masked prompt for each candidate.
_base_ = './nextgqa.py'

test_pipeline = [
    dict(type='cra_plugin.SampleFeatureFrames', num_frames=32),
    dict(type='cra_plugin.TokenizeMaskPrompts', max_length=100),
    dict(type='cra_plugin.PackVideoQGInputs'),
]
train_pipeline = [
    dict(type='cra_plugin.SampleFeatureFrames', num_frames=32),
    dict(type='cra_plugin.Paraphrase', prob=0.3),
    dict(type='cra_plugin.RedrawChoices', prob=0.3),
    dict(type='cra_plugin.DrawQuestionNegatives', same_video_prob=0.3),
    dict(type='cra_plugin.TokenizeMaskPrompts', max_length=100),
    dict(type='cra_plugin.PackVideoQGInputs'),
]

train_dataloader = dict(
    batch_size=6, dataset=dict(pipeline=train_pipeline))
val_dataloader = dict(batch_size=6, dataset=dict(pipeline=test_pipeline))
test_dataloader = dict(batch_size=6, dataset=dict(pipeline=test_pipeline))
