# Temp[CLIP]: what CRA and its baselines share. A leaf config adds the head.
model = dict(
    type='cra_plugin.VideoQuestionGrounder',
    d_model=768,
    data_preprocessor=dict(type='cra_plugin.VideoQGDataPreprocessor'),
    video_encoder=dict(type='cra_plugin.PrecomputedFeatures', out_dim=768),
    text_encoder=dict(type='cra_plugin.HFTextEncoder', name='roberta-base'),
    temporal_encoder=dict(
        type='cra_plugin.FrameTransformer',
        num_layers=2,
        num_heads=8,
        input_dropout=0.3,
        dropout=0.1),
    pooling_dropout=0.3,
    answer_loss=dict(type='mmaction.CrossEntropyLoss', loss_weight=1.0),
    span_decoders=dict(
        window=dict(type='cra_plugin.WindowSpan'),
        adaptive=dict(type='cra_plugin.AdaptiveSpan'),
        merged=dict(
            type='cra_plugin.MergedSpan',
            first=dict(type='cra_plugin.WindowSpan'),
            second=dict(type='cra_plugin.AdaptiveSpan'))))
