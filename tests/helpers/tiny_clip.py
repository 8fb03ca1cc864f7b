"""A CLIP of a few weights, as open_clip writes and reads it."""

import json
from pathlib import Path

import open_clip
import torch
from safetensors.torch import save_file

NAME = 'cra-tiny'
CONFIG = dict(
    embed_dim=12,
    vision_cfg=dict(image_size=32, layers=1, width=64, patch_size=16),
    text_cfg=dict(
        context_length=16, vocab_size=49408, width=16, heads=2, layers=2))


def register(folder: Path, name: str = NAME, **changes) -> str:
    """Make an architecture known to open_clip."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f'{name}.json').write_text(json.dumps(CONFIG | changes))
    open_clip.add_model_config(folder)
    return name


def random_clip(seed: int = 0, name: str = NAME) -> torch.nn.Module:
    """Build a registered architecture with random weights."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = open_clip.create_model(name)
        # Features as large as those of a trained model, and none alike.
        with torch.no_grad():
            for weights in model.parameters():
                if weights.ndim == 2:
                    weights.mul_(4)
    return model.eval()


def write_weights(model: torch.nn.Module, file: Path) -> Path:
    """Write the weights of a model, by the suffix."""
    weights = {key: value.contiguous()
               for key, value in model.state_dict().items()}
    file.parent.mkdir(parents=True, exist_ok=True)
    if file.suffix == '.safetensors':
        save_file(weights, file)
    else:
        torch.save(weights, file)
    return file


def write_folder(model: torch.nn.Module, folder: Path, **changes) -> Path:
    """Write what ``local-dir:`` reads."""
    write_weights(model, folder / 'open_clip_model.safetensors')
    (folder / 'open_clip_config.json').write_text(
        json.dumps(dict(model_cfg=CONFIG | changes, preprocess_cfg={})))
    return folder


def direct_features(model: torch.nn.Module, texts, name: str = NAME):
    """Encode texts as open_clip's own documentation does."""
    with torch.inference_mode():
        return model.encode_text(open_clip.get_tokenizer(name)(texts)).numpy()
