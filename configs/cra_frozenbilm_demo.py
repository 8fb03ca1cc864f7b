"""CRA on a tiny FrozenBiLM, on the generated world of the demo, for CPUs.

Prepare: as for configs/cra_demo.py, and the pre-trained language model:
    python tools/train.py configs/frozenbilm_words_demo.py
Launch: python tools/train.py configs/cra_frozenbilm_demo.py
"""
_base_ = [
    './_base_/models/cra_frozen_bilm_tiny.py',
    './_base_/datasets/demo_world_prompts.py',
    './_base_/schedules/adam_30e.py',
    './_base_/default_runtime.py',
]
work_dir = 'work_dirs/{{fileBasenameNoExtension}}'
load_from = 'work_dirs/frozenbilm_words_demo/epoch_14.pth'
model = dict(
    # The norm behind the gate `product` takes away the mean of the product,
    # which says how well frame and text fit: not every seed learns around it.
    grounding_head=dict(gate='dot'),
    # CMA's gradients are about eight times as large as the answers'.
    answer_loss=dict(loss_weight=4.0),
    # Else the words of the pre-training are lost before answers need them.
    word_loss=dict(
        type='cra_plugin.MaskedWordLoss',
        mask_prob=0.3,
        repeats=1,
        loss_weight=1.0))
optim_wrapper = dict(
    optimizer=dict(lr=2e-3, betas=(0.9, 0.98), amsgrad=False),
    clip_grad=dict(max_norm=5.0))
train_cfg = dict(max_epochs=8, val_interval=2)
