# CLIP as it is: frames and texts in one space, and nothing trained.
model = dict(
    type='cra_plugin.ZeroShotGrounder',
    data_preprocessor=dict(type='cra_plugin.VideoQGDataPreprocessor'),
    text_encoder=dict(
        type='cra_plugin.OpenCLIPTextEncoder',
        model='ViT-L-14',
        pretrained='openai'),
    top_k=4,
    temperature=0.01,
    query='choice',
    kernel_size=5,
    sigma=1.0,
    span_decoders=dict(
        window=dict(type='cra_plugin.WindowSpan'),
        adaptive=dict(type='cra_plugin.AdaptiveSpan'),
        merged=dict(
            type='cra_plugin.MergedSpan',
            first=dict(type='cra_plugin.WindowSpan'),
            second=dict(type='cra_plugin.AdaptiveSpan'))))
