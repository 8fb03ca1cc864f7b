"""Released weights, inputs and outputs: what the golden files were made of.

``tests/data/golden/README.md`` describes the files. Every random tensor is
drawn from a generator that is seeded by its name.
"""

import json
import os
import zlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import torch

from tests.helpers.forked_python import fork_tool

TESTS = Path(__file__).resolve().parents[1]
COPY = TESTS / 'data' / 'golden'
PAD = 1
SIZES = ('salt', 'B', 'M', 'L')


def golden_folder():
    """The folder of ``CRA_GOLDEN_DIR``, the shared one, or our copy."""
    given = os.environ.get('CRA_GOLDEN_DIR')
    if given:
        return Path(given)
    shared = TESTS.parents[1] / 'shared' / 'golden'
    return shared if shared.is_dir() else COPY


def golden_files():
    """All files of released outputs, by name."""
    return sorted(golden_folder().glob('cra_forward_*.npz'))


def reference_shapes():
    """Released parameter names and shapes."""
    path = golden_folder() / 'reference_shapes.json'
    path = path if path.is_file() else COPY / path.name
    return json.loads(path.read_text())


def seeded(name, shape, scale=.05):
    """A normal tensor that depends on its name and shape alone."""
    state = np.random.RandomState(zlib.crc32(name.encode()) % 2**31)
    values = np.asarray(state.standard_normal(tuple(shape)) * scale)
    return torch.from_numpy(values.astype(np.float32))


def reference_weights(shapes, salt):
    """Weights under the released names, of a sensible size each."""
    weights = {}
    for name, shape in shapes.items():
        value = seeded(salt + name, shape)
        is_scale = name.endswith('.gamma') or (
            name.endswith('.weight') and len(shape) == 1)
        if is_scale or name.endswith('gs_filter.sigma'):
            value = value + 1
        for ending, factor in (('visual_clusters', 20), ('do.node', 20),
                               ('.grounding.3.weight', 3)):
            if name.endswith(ending):
                value = value * factor
        if '.qa_proj.1.' in name:
            value = value * .02
        weights[name] = value
    return weights


def reference_tokens(salt, batch, choices, length, vocabulary=1000):
    """Token ids (B, M, L), 0 = start, 1 = padding, 2 = end; answers (B,)."""
    state = np.random.RandomState(
        zlib.crc32(f'{salt}tokens'.encode()) % 2**31)
    tokens = state.randint(4, vocabulary, (batch, choices, length))
    tokens[..., 0] = 0
    for row in tokens.reshape(-1, length):
        end = state.randint(4, length + 1)
        row[end - 1] = 2
        row[end:] = PAD
    return torch.from_numpy(tokens), state.randint(0, choices, batch)


def text_config(shapes):
    """The small text encoder: what no shape shows stands in the README."""
    prefix = 'lang_model.bert.bert.'
    vocabulary, hidden = shapes[f'{prefix}embeddings.word_embeddings.weight']
    layer = f'{prefix}encoder.layer.'
    return {
        'model_type': 'roberta', 'vocab_size': vocabulary,
        'hidden_size': hidden,
        'num_hidden_layers': len({
            name[len(layer):].split('.')[0] for name in shapes
            if name.startswith(layer)}),
        'num_attention_heads': 12,
        'intermediate_size': shapes[
            f'{layer}0.intermediate.dense.weight'][0],
        'max_position_embeddings': shapes[
            f'{prefix}embeddings.position_embeddings.weight'][0],
        'pad_token_id': PAD, 'layer_norm_eps': 1e-12}


@dataclass
class Golden:
    """One golden file, and the inputs it was made of."""

    path: Path

    def __post_init__(self):
        content = dict(np.load(self.path))
        self.salt = str(content['salt'])
        self.batch, self.choices, self.length = (
            int(content[key]) for key in 'BML')
        self.shapes = reference_shapes()
        self.expected = {key: torch.as_tensor(value)
                         for key, value in content.items()
                         if key not in SIZES}
        self.tokens, self.answers = reference_tokens(
            self.salt, self.batch, self.choices, self.length)
        num_frames = content['infer_raw'].shape[1]
        self.frames = self.draw('video', (
            self.batch, num_frames, self.shapes['video_model.proj.weight'][1]))

    @cached_property
    def weights(self):
        """The released state dict."""
        return reference_weights(self.shapes, self.salt)

    def draw(self, name, shape):
        """An input of unit variance."""
        return seeded(self.salt + name, shape, 1.)


def convert_by_tool(golden, folder):
    """Write ``released.pth``, convert it to ``ours.pth``; what was said."""
    torch.save({'state_dict': {f'module.{name}': value for name, value
                               in golden.weights.items()}},
               folder / 'released.pth')
    process = fork_tool('convert_reference_checkpoint.py',
                        folder / 'released.pth', folder / 'ours.pth')
    assert process.returncode == 0, process.stderr
    return process.stdout
