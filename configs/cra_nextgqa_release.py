"""CRA on NExT-GQA as its authors released it, preset ``release``.

For people who hold checkpoints of the released code, and for comparison:
the question hardly reaches the grounding here (README, "Presets").
Prepare: as for configs/cra_nextgqa.py.
Launch: python tools/train.py configs/cra_nextgqa_release.py
"""
_base_ = './cra_nextgqa.py'

window = dict(
    type='cra_plugin.WindowSpan', score='sum', unit='gap', decimals=1,
    clip=False)
adaptive = dict(
    type='cra_plugin.AdaptiveSpan', visit_first_frame=False, clip=False)
model = dict(
    data_preprocessor=dict(trim_padding=False),
    text_encoder=dict(mask_padding=False),
    temporal_encoder=dict(norm='standard_deviation'),
    grounding_head=dict(
        gate='tanh', sigma='free', normalize='softmax', border='zero'),
    causal_intervention=dict(
        front_door=dict(attention_over='batch', trainable=True),
        back_door=dict(applied=False, trainable=True)),
    cma_loss=dict(
        directions=('text_to_video', ),
        negatives='sampled',
        num_negatives=32,
        mask_same_video=False),
    span_decoders=dict(
        window=window,
        adaptive=adaptive,
        merged=dict(first=window, second=adaptive)))
optim_wrapper = dict(paramwise_cfg=dict(_delete_=True))
default_hooks = dict(checkpoint=dict(save_best='Acc@VQA'))
