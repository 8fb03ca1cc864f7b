"""Released CRA-FrozenBiLM weights and inputs, and their golden files."""

import json
import math
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from tests.helpers.golden_recipe import COPY, golden_folder, seeded

PAD, CLS, SEP = 0, 1, 2
ADDED = 3


def golden_frozenbilm_files():
    """All golden files of CRA on FrozenBiLM; our copy where there are none."""
    for folder in (golden_folder(), COPY):
        found = sorted(folder.glob('cra_frozenbilm_*.npz'))
        if found:
            return found
    return []


def frozenbilm_shapes():
    """Released parameter names and shapes of each size."""
    path = golden_folder() / 'reference_shapes_frozenbilm.json'
    path = path if path.is_file() else COPY / path.name
    return json.loads(path.read_text())


def frozenbilm_weights(shapes, salt):
    """Weights under the released names, of a sensible size each."""
    return {name: _weight(name, tuple(shape), salt)
            for name, shape in shapes.items()}


def _weight(name, shape, salt):
    tables = ('embeddings.weight', 'visual_clusters', 'node')
    if len(shape) < 2:
        scale = .1
    elif name.endswith(tables) and 'answer' not in name:
        scale = 1.
    else:
        scale = 1 / math.sqrt(math.prod(shape[1:]))
    for ending in ('query_proj', 'key_proj', 'q_lin', 'k_lin'):
        scale *= 1.5 if name.endswith(f'{ending}.weight') else 1
    scale *= .1 if '.qa_proj.1.' in name else 1
    scale *= 6 if name.endswith('.grounding.3.weight') else 1
    value = seeded(salt + name, shape, scale)
    is_scale = name.endswith('.weight') and len(shape) == 1
    return value + (is_scale or name.endswith('gs_filter.sigma'))


def _state(name):
    return np.random.RandomState(zlib.crc32(name.encode()) & 0x7FFFFFFF)


def _texts(name, batch, candidates, length, vocabulary):
    """Token ids, each text with one [MASK] near its end."""
    state = _state(name)
    tokens = state.randint(4, vocabulary - 1, (batch, candidates, length))
    tokens[..., 0] = CLS
    for text in tokens.reshape(-1, length):
        size = state.randint(8, length + 1)
        text[size - 1] = SEP
        text[size:] = PAD
        text[size - 1 - state.randint(1, 5)] = vocabulary - 1
    return torch.from_numpy(tokens)


@dataclass
class Case:
    """One case of a golden file, and the inputs it was made of."""

    content: dict
    name: str
    spec: dict

    def __post_init__(self):
        self.salt = str(self.content['salt'])
        self.batch, self.candidates, self.length, self.frames = (
            int(self.content[f'{self.name}/{key}']) for key in 'BMLT')
        salt, sizes = self.salt + ('wide/' if self.name == 'wide'
                                   else self.name), (
            self.batch, self.candidates, self.length)
        state = _state(f'{salt}targets')
        self.video = seeded(f'{salt}video', (
            self.batch, self.frames, self.spec['feature_dim']), 1.)
        vocabulary = self.spec['config']['vocab_size']
        self.tokens = {branch: _texts(f'{salt}{branch}_tokens', *sizes,
                                      vocabulary) for branch in ('vqa', 'vq')}
        answer, question = (
            state.randint(0, self.candidates, (self.batch, ))
            for _ in range(2))
        self.targets = {'vqa': answer, 'vq': question}

    @property
    def weights(self):
        """The released state dict."""
        prefix = 'wide/' if self.name == 'wide' else ''
        return frozenbilm_weights(self.spec['cra'], self.salt + prefix)

    def expected(self, group):
        """The golden values of a group of the case, such as ``vqa``."""
        prefix = f'{self.name}/{group}/' if group else f'{self.name}/'
        return {key[len(prefix):]: torch.as_tensor(value)
                for key, value in self.content.items()
                if key.startswith(prefix) and value.dtype.kind != 'U'
                and '/' not in key[len(prefix):]}

    def texts(self, branch, candidate):
        """Ids of a candidate, (B, 1, L), cut to its longest text."""
        ids = self.tokens[branch][:, candidate:candidate + 1]
        return ids[..., :int((ids != PAD).sum(-1).max())]

    def inputs(self, tokens, frame_mask=None, padded=0):
        """What the model takes, (B, M, L) ids being all candidates."""
        tokens = torch.nn.functional.pad(tokens, (0, padded))
        if frame_mask is None:
            frame_mask = torch.ones(self.batch, self.frames, dtype=torch.bool)
        texts = {'tokens': tokens, 'mask': tokens != PAD}
        return {'frames': self.video, 'frame_mask': frame_mask, **{
            f'{kind}_{key}': value for kind in ('choice', 'question')
            for key, value in texts.items()}}


def read_cases(path):
    """The cases of a golden file, by name."""
    content, shapes = dict(np.load(Path(path))), frozenbilm_shapes()
    names = sorted({key.split('/')[0] for key in content
                    if key.endswith('/T')})
    return {name: Case(content, name, shapes[
        'wide' if name == 'wide' else 'tiny']) for name in names}
