# FrozenBiLM: what CRA on it and its baselines share; a leaf adds the head.
model = dict(
    type='cra_plugin.FrozenBiLMGrounder',
    data_preprocessor=dict(type='cra_plugin.VideoQGDataPreprocessor'),
    video_encoder=dict(type='cra_plugin.PrecomputedFeatures', out_dim=768),
    language_model=dict(
        type='cra_plugin.FrozenBiLM',
        name='microsoft/deberta-v2-xlarge',
        pretrained=None,
        answer_words=('Yes', 'No'),
        adapter_factor=8,
        adapter_std=1e-3,
        dropout=0.1,
        compact_frames=True,
        gradient_checkpointing=False),
    candidates_at_once=None,
    answer_loss=dict(type='cra_plugin.BalancedBCELoss', loss_weight=1.0),
    span_decoders=dict(
        window=dict(type='cra_plugin.WindowSpan'),
        adaptive=dict(type='cra_plugin.AdaptiveSpan'),
        merged=dict(
            type='cra_plugin.MergedSpan',
            first=dict(type='cra_plugin.WindowSpan'),
            second=dict(type='cra_plugin.AdaptiveSpan'))))
