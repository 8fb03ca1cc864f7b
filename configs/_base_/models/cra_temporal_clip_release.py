# CRA on Temp[CLIP] as its authors released it, preset `release`.
_base_ = './cra_temporal_clip.py'
model = dict(
    data_preprocessor=dict(trim_padding=False),
    text_encoder=dict(mask_padding=False),
    temporal_encoder=dict(norm='standard_deviation', input_norm_eps=1e-12),
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
        window=dict(preset='release'),
        adaptive=dict(preset='release'),
        merged=dict(
            first=dict(preset='release'), second=dict(preset='release'))))
