"""CRA on FrozenBiLM, on NExT-GQA, as its authors released it: ``release``.

For people who hold checkpoints of the released code, and for comparison:
the question hardly reaches the grounding here (docs/frozenbilm.md).
Prepare: as for configs/cra_frozenbilm_nextgqa.py.
Launch: python tools/train.py configs/cra_frozenbilm_nextgqa_release.py
"""
_base_ = [
    './_base_/models/cra_frozen_bilm_release.py',
    './_base_/datasets/nextgqa_prompts.py',
    './_base_/schedules/adam_linear_30e.py',
    './_base_/default_runtime.py',
]
work_dir = 'work_dirs/{{fileBasenameNoExtension}}'
train_pipeline = [
    dict(type='cra_plugin.SampleFeatureFrames', num_frames=32),
    dict(type='cra_plugin.Paraphrase', prob=0.3),
    dict(type='cra_plugin.RedrawChoices', prob=0.3, exclude_positive=False),
    dict(type='cra_plugin.DrawQuestionNegatives', same_video_prob=0.3,
         exclude_positive=False),
    dict(type='cra_plugin.TokenizeMaskPrompts', max_length=100,
         question_spelling='released'),
    dict(type='cra_plugin.PackVideoQGInputs'),
]
train_dataloader = dict(dataset=dict(pipeline=train_pipeline))
default_hooks = dict(checkpoint=dict(save_best='Acc@VQA'))
