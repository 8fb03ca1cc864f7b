# CRA on a tiny DeBERTa for the texts of the demo, all of which is trained.
_base_ = './cra_frozen_bilm.py'
model = dict(
    video_encoder=dict(out_dim=64),
    language_model=dict(
        name=None,
        tokenizer='work_dirs/demo/text_model',
        config=dict(
            vocab_size=2000, hidden_size=64, num_hidden_layers=2,
            num_attention_heads=4, intermediate_size=128, pad_token_id=1,
            max_position_embeddings=128, position_buckets=32,
            relative_attention=True, norm_rel_ebd='layer_norm',
            share_att_key=True, pos_att_type='p2c|c2p', conv_kernel_size=3,
            conv_act='gelu', position_biased_input=False, type_vocab_size=0,
            # 0.02 is for wide models: at width 64 hardly anything is learned.
            initializer_range=0.125),
        frozen=False,
        dropout=0.0),
    dropout=0.0,
    # Words and frames share a space before they are trained on answers.
    alignment_dim=None,
    causal_intervention=dict(
        front_door=dict(num_clusters=64, hidden_dim=32),
        back_door=dict(num_clusters=64, hidden_dim=32)),
    cma_loss=dict(loss_weight=1.0))
