# CRA on FrozenBiLM as its authors released it, preset `release`.
_base_ = './cra_frozen_bilm.py'
model = dict(
    language_model=dict(adapter_std=0.02, compact_frames=False),
    pool_padding=True,
    mask_frames=False,
    alignment_dim=None,
    align_inputs=False,
    grounding_head=dict(
        gate='tanh', sigma='free', normalize='softmax', border='zero'),
    causal_intervention=dict(
        front_door=dict(
            attention_over='batch', add_mediator=False, trainable=True),
        back_door=dict(applied=False, trainable=True)),
    cma_loss=dict(
        directions=('text_to_video', ),
        negatives='sampled',
        num_negatives=None,
        mask_same_video=False),
    span_decoders=dict(
        window=dict(preset='release', at_most_half=True),
        adaptive=dict(preset='release'),
        merged=dict(
            first=dict(preset='release', at_most_half=True),
            second=dict(preset='release'))))
