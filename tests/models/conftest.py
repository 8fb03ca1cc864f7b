"""A tiny grounder and random batches for it."""

import numpy as np
import pytest
import torch
from mmengine.config import Config

from cra_plugin.registry import MODELS
from cra_plugin.structures.video_qg_data_sample import VideoQGDataSample
from cra_plugin.structures.video_question import VideoQuestion

WIDTH, FEATURES, VOCABULARY, PAD = 32, 12, 50, 1
TINY_TEXT = {
    'type': 'cra_plugin.HFTextEncoder',
    'config': {
        'model_type': 'roberta', 'vocab_size': VOCABULARY, 'hidden_size': 16,
        'num_hidden_layers': 1, 'num_attention_heads': 2,
        'intermediate_size': 16, 'max_position_embeddings': 40,
        'pad_token_id': PAD}}


def model_config(repository, name, d_model=WIDTH, **changes):
    """A shipped config's model, tiny; ``changes`` are dotted options."""
    config = Config.fromfile(str(repository / 'configs' / name))
    model = config.model
    model.d_model = d_model
    model.video_encoder.out_dim = FEATURES
    text = dict(TINY_TEXT)
    for field in ('mask_padding', 'frozen'):
        if field in model.text_encoder:
            text[field] = model.text_encoder[field]
    model.text_encoder = text
    model.temporal_encoder.num_heads = 4
    causal = model.get('causal_intervention')
    if causal:
        if causal.front_door:
            causal.front_door.num_clusters = 4
        causal.back_door.num_clusters = 4
        causal.back_door.node_dim = 6
    for key, value in changes.items():
        config.merge_from_dict({f'model.{key}': value})
    return config.model


@pytest.fixture
def build_grounder(request):
    """Build a tiny grounder from a shipped config and options."""
    repository = request.config.rootpath

    def build(name='cra_nextgqa.py', seed=0, **options):
        torch.manual_seed(seed)
        options = {key.replace('__', '.'): value
                   for key, value in options.items()}
        model = MODELS.build(model_config(repository, name, **options))
        fill_dictionaries(model)
        return model.eval()

    return build


def fill_dictionaries(model):
    """Fill the dictionaries with random centers, as a training would."""
    for module in model.modules():
        if type(module).__name__ == 'ConfounderDictionary':
            module.fill(torch.randn(module.centers.shape), 'a test')


def random_batch(generator, size=3, choices=5, frames=8, tokens=9,
                 ragged=True):
    """Random inputs, padded at their ends, and data samples."""
    rng = np.random.default_rng(int(generator))
    lengths = rng.integers(1 if ragged else frames, frames + 1, size)
    lengths[0] = frames
    inputs = {
        'frames': torch.from_numpy(
            rng.normal(size=(size, frames, FEATURES)).astype(np.float32)),
        'frame_mask': torch.arange(frames)[None]
        < torch.from_numpy(lengths)[:, None]}
    for kind in ('choice', 'question'):
        ids = rng.integers(3, VOCABULARY, (size, choices, tokens))
        real = rng.integers(2, tokens + 1, (size, choices))
        real[0, 0] = tokens
        mask = np.arange(tokens) < real[..., None]
        inputs[f'{kind}_tokens'] = torch.from_numpy(
            np.where(mask, ids, PAD))
        inputs[f'{kind}_mask'] = torch.from_numpy(mask)
    samples = []
    for row in range(size):
        duration = float(rng.uniform(5, 100))
        times = np.sort(rng.uniform(0, duration, lengths[row]))
        question = VideoQuestion(
            f'v{row}', '0', 'why', tuple(map(str, range(choices))),
            int(rng.integers(choices)), duration=duration)
        samples.append(VideoQGDataSample.from_question(
            question, times, gt_question=int(rng.integers(choices))))
    return inputs, samples


@pytest.fixture
def make_batch():
    """Make a random batch from a seed."""
    return random_batch
