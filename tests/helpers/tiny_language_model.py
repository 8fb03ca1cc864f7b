"""A tiny DeBERTa with adapters, and its weights as files have them."""

import torch
from safetensors.torch import save_file
from transformers import DebertaV2Config

from cra_plugin.models.language_models import FrozenBiLM
from tests.helpers.small_options import TINY_DEBERTA


def language_model(seed=0, **options):
    torch.manual_seed(seed)
    if 'name' not in options:
        options.setdefault('config', TINY_DEBERTA)
    return FrozenBiLM(12, mask_token_id=5, **options).eval()


def original(model):
    """The weights under the names of FrozenBiLM's own checkpoints."""
    names = {}
    for name, value in model.named_parameters():
        for ours, theirs in (('head.', 'lm_predictions.lm_head.'),
                             ('answer_embeddings', 'answer_embeddings.weight')
                             ):
            if name.startswith(ours):
                name = name.replace(ours, theirs)
        for side in ('down', 'up'):
            name = name.replace(f'.dense.{side}.', f'.adapter.{side}.')
        names[name] = value.detach().clone()
    return names


def hub(model):
    """What the hub's DeBERTa has of them."""
    return {name: value for name, value in original(model).items()
            if 'adapter' not in name and 'linear_video' not in name
            and not name.startswith('answer')}


def folder_of(path, weights, safe=True):
    """A folder as from_pretrained has it."""
    path.mkdir()
    DebertaV2Config(**TINY_DEBERTA).save_pretrained(path)
    if safe:
        save_file(weights, path / 'model.safetensors')
    else:
        torch.save(weights, path / 'pytorch_model.bin')
    return str(path)
