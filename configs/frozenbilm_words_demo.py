"""Pre-training of a tiny language model on the generated world of the demo.

It guesses hidden words of right texts from frames and the other words, as
FrozenBiLM was pre-trained; configs/cra_frozenbilm_demo.py starts from it.
Prepare: as for configs/cra_demo.py; the text model lends its tokenizer.
Launch: python tools/train.py configs/frozenbilm_words_demo.py
"""
_base_ = [
    './_base_/models/cra_frozen_bilm_tiny.py',
    './_base_/datasets/demo_world_prompts.py',
    './_base_/schedules/adam_30e.py',
    './_base_/default_runtime.py',
]
work_dir = 'work_dirs/{{fileBasenameNoExtension}}'
model = dict(
    _delete_=True,
    type='cra_plugin.MaskedWordModel',
    data_preprocessor={{_base_.model.data_preprocessor}},
    video_encoder={{_base_.model.video_encoder}},
    language_model={{_base_.model.language_model}},
    mask_prob=0.3,
    repeats=3)
optim_wrapper = dict(
    optimizer=dict(lr=2e-3, betas=(0.9, 0.98), amsgrad=False),
    clip_grad=dict(max_norm=1.0))
train_cfg = dict(max_epochs=14)
# It answers no questions.
val_dataloader = val_cfg = val_evaluator = None
test_dataloader = test_cfg = test_evaluator = None
default_hooks = dict(checkpoint=dict(save_best=None))
