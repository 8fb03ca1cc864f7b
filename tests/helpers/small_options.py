"""Options that train a shipped config for one step on small data."""

import json
import shutil

from cra_plugin.annotations.nextgqa import find_nextgqa

CAUSAL_OPTIONS = {
    'model.causal_intervention.front_door.num_clusters': 4,
    'model.causal_intervention.back_door.num_clusters': 4,
    'model.causal_intervention.back_door.node_dim': 6}
SPLITS = ('train', 'val', 'test')
# Of what FrozenBiLM has nothing.
DUAL_ENCODER_OPTIONS = ('model.d_model', 'model.text_encoder.',
                        'model.temporal_encoder.')
TINY_DEBERTA = {
    'vocab_size': 300, 'hidden_size': 32, 'num_hidden_layers': 2,
    'num_attention_heads': 2, 'intermediate_size': 32,
    'max_position_embeddings': 128, 'position_buckets': 8,
    'relative_attention': True, 'norm_rel_ebd': 'layer_norm',
    'share_att_key': True, 'pos_att_type': 'p2c|c2p',
    'conv_kernel_size': 3, 'conv_act': 'gelu', 'pad_token_id': 1,
    'position_biased_input': False, 'type_vocab_size': 0}


def language_model_options(config, options, folder):
    """Make options those of a tiny DeBERTa, which reads with a tokenizer."""
    if not config.model.get('language_model'):
        return options
    causal = config.model.get('causal_intervention')
    doors = ('front_door', 'back_door') if causal else ()
    return {key: value for key, value in options.items()
            if not key.startswith(DUAL_ENCODER_OPTIONS)} | {
        'load_from': None, 'model.language_model.name': None,
        'model.language_model.config': TINY_DEBERTA,
        'model.language_model.tokenizer': str(folder),
        **{f'model.causal_intervention.{door}.hidden_dim': 16
           for door in doors}}


def write_own_questions(world, folder):
    """The generated world in a format of one's own, three choices each."""
    for split in SPLITS:
        records = []
        for each in find_nextgqa(world, split, False).questions:
            wrong = [c for c in each.choices
                     if c != each.choices[each.answer]]
            records.append({
                'video': each.video_id, 'question': each.question,
                'choices': [wrong[0], each.choices[each.answer], wrong[1]],
                'answer': 1, 'duration': each.duration or 16.0,
                'spans': [list(span) for span in each.spans]})
        (folder / f'{split}.jsonl').write_text(
            '\n'.join(map(json.dumps, records)))
        shutil.copy(world / f'features_{split}.h5', folder)
    return folder


def options_of(config, tiny_options, folders):
    """Give the options of a shipped config as it is read.

    ``folders`` has the data of ``world``, ``star``, ``own`` and ``rendered``
    and the model ``clip``.
    """
    if config.train_dataloader is None:
        return _zero_shot_options(config, folders)
    dataset = config.train_dataloader.dataset
    if dataset.get('videos'):
        options = _video_options(config, folders)
    elif dataset.type == 'cra_plugin.NextGQADataset':
        options = tiny_options | _world_options()
    else:
        kind = {'cra_plugin.STARDataset': 'star',
                'cra_plugin.GroundedQADataset': 'own'}[dataset.type]
        options = {key: value for key, value in tiny_options.items()
                   if not key.endswith('paraphrase_file')
                   } | {'data_root': str(folders[kind])}
    options = language_model_options(config, options,
                                     folders['world'] / 'text')
    causal = config.model.get('causal_intervention') or {}
    options |= {key: value for key, value in CAUSAL_OPTIONS.items()
                if causal.get(key.split('.')[2])}
    options |= {f'{split}_dataloader.batch_size': 64 for split in SPLITS}
    return {key: value for key, value in options.items()
            if config.get(key.split('.')[0]) is not None
            or key == 'load_from'} | {'train_cfg.max_epochs': 1}


def _zero_shot_options(config, folders):
    """Ask a tiny CLIP, which nothing trains."""
    own = config.test_dataloader.dataset.type == 'cra_plugin.GroundedQADataset'
    return {'data_root': str(folders['own' if own else 'world']),
            'model.text_encoder.model': f'local-dir:{folders["clip"]}',
            'test_dataloader.num_workers': 0}


def _world_options():
    """Give other data sets the tiny world's files."""
    return {f'{split}_dataloader.dataset.{key}': value
            for split in SPLITS
            for key, value in (('ann_file', f'{split}.csv'),
                               ('features.path', f'features_{split}.h5'))}


def _video_options(config, folders):
    """Train a config of raw videos on the rendered world, made tiny."""
    options = {'data_root': str(folders['rendered']), 'model.d_model': 32,
               'model.text_encoder.name': str(folders['rendered'] / 'text'),
               'model.temporal_encoder.num_layers': 1,
               'model.temporal_encoder.num_heads': 2,
               'train_dataloader.dataset.paraphrase_file': None}
    options |= {f'model.video_encoder.{key}': value for key, value in
                _tiny_backbone(config, folders['clip']).items()}
    for split in SPLITS:
        loader = f'{split}_dataloader'
        options |= {f'{loader}.num_workers': 0,
                    f'{loader}.persistent_workers': False}
        steps = config[loader].dataset.pipeline
        for index, step in enumerate(steps):
            for key, value in (('scale', (-1, 36)), ('size', 32),
                               ('crop_size', 32)):
                if key in step:
                    options[f'{loader}.dataset.pipeline.{index}.{key}'] = (
                        value)
    return options


def _tiny_backbone(config, clip):
    """Shrink what encodes the frames of a config; it takes 32 x 32."""
    encoder = config.model.video_encoder
    if encoder.type == 'cra_plugin.OpenCLIPFrames':
        return {'model': f'local-dir:{clip}', 'pretrained': None}
    arch = {'_delete_': True, 'embed_dims': 8, 'depths': [1, 1, 1, 1],
            'num_heads': [1, 1, 2, 2]}
    return {'SwinTransformer3D': {
        'backbone.arch': arch, 'checkpoint': None, 'out_dim': 64},
        'TimeSformer': {
            'backbone.embed_dims': 16, 'backbone.num_heads': 2,
            'backbone.num_transformer_layers': 2, 'backbone.img_size': 32,
            'checkpoint': None, 'out_dim': 16},
        'ResNet3dSlowOnly': {}}[encoder.backbone.type]
