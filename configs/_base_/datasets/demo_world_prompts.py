# As demo_world.py, with a masked prompt for each candidate.
_base_ = './demo_world.py'

test_pipeline = [
    dict(type='cra_plugin.SampleFeatureFrames', num_frames=32),
    dict(
        type='cra_plugin.TokenizeMaskPrompts',
        choice_prompt='{question}? {answer} [MASK]',
        question_prompt='{question} [MASK]'),
    dict(type='cra_plugin.PackVideoQGInputs'),
]
train_pipeline = [
    dict(type='cra_plugin.SampleFeatureFrames', num_frames=32),
    dict(type='cra_plugin.DrawQuestionNegatives', same_video_prob=0.3),
    dict(
        type='cra_plugin.TokenizeMaskPrompts',
        choice_prompt='{question}? {answer} [MASK]',
        question_prompt='{question} [MASK]'),
    dict(type='cra_plugin.PackVideoQGInputs'),
]
train_dataloader = dict(dataset=dict(pipeline=train_pipeline))
val_dataloader = dict(dataset=dict(pipeline=test_pipeline))
test_dataloader = dict(dataset=dict(pipeline=test_pipeline))
