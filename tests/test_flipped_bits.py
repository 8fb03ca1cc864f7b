"""Files with one bit flipped end in their value, the fallback or one line.

``CRA_FUZZ_COUNT`` flips in all (default 40), the same at every run. To see
what became of them: ``CRA_FUZZ_COUNT=5000 pytest -rP
tests/test_flipped_bits.py``.
"""

import os
import shutil
import sys
from types import SimpleNamespace

import h5py
import numpy as np
import pytest
import torch
from safetensors.numpy import save_file

from cra_plugin.apis.config import load_config
from cra_plugin.apis.convert_checkpoint import convert_checkpoint
from cra_plugin.apis.evaluate_predictions import evaluate_predictions
from cra_plugin.apis.extract_features import (
    ExtractionSettings,
    extract_features,
)
from cra_plugin.apis.test import test as evaluate
from cra_plugin.apis.train import train
from cra_plugin.causal_features.dictionary_file import write_dictionary
from cra_plugin.compat.safe_checkpoints import load_checkpoint_file
from cra_plugin.datasets.features.feature_store import FeatureStore
from cra_plugin.engine.resume import latest_checkpoint
from cra_plugin.feature_extraction.backbone_frame_encoder import (
    BackboneFrameEncoder,
)
from cra_plugin.registry import MODELS
from tests.helpers.flipped_bits import (
    FALLBACK,
    FINE,
    UNNOTICED,
    digest,
    flip_bits,
)
from tests.helpers.released_format import released_state
from tests.helpers.rendered_videos import write_video
from tests.helpers.tool_process import REPOSITORY

CONFIG = str(REPOSITORY / 'configs/cra_nextgqa.py')
RELEASE = str(REPOSITORY / 'configs/cra_nextgqa_release.py')
COUNT = int(os.environ.get('CRA_FUZZ_COUNT', 40))
DICTIONARIES = {'front_door': (4, 12), 'back_door': (4, 8, 6)}
BACKBONE = dict(type='MobileNetV2', widen_factor=.1, out_indices=(7, ))
CUDA = pytest.mark.skipif(
    torch.cuda.is_available(), reason='CUDA does not survive a fork')


@pytest.fixture(scope='module')
def world(tiny_world, causal_options, tmp_path_factory):
    """A world whose files may be damaged, and a run of two epochs."""
    folder = tmp_path_factory.mktemp('flipped')
    data = shutil.copytree(tiny_world, folder / 'data')
    options = causal_options | {'data_root': str(data), 'log_level': 'ERROR'}
    train(CONFIG, str(folder / 'run'), options=options)
    found = SimpleNamespace(
        folder=folder, data=data, options=options,
        checkpoint=folder / 'run' / 'epoch_2.pth')
    predict(found, folder / 'predicted')
    return found


def predict(world, out):
    """What tools/test.py does."""
    out.mkdir(exist_ok=True)
    metrics = evaluate(CONFIG, str(world.checkpoint), str(out / 'run'),
                       str(out / 'answers.json'), options=world.options)
    return digest(metrics, *sorted(out.glob('answers*.json')))


def checkpoint(world):
    return world.checkpoint, lambda out: predict(world, out)


def resumed(world):
    """Three epochs: the last one goes on from the second or the first."""
    def read(out):
        shutil.copytree(world.folder / 'run', out / 'run')
        if latest_checkpoint(out / 'run').name != world.checkpoint.name:
            print(FALLBACK, file=sys.stderr)
        train(CONFIG, str(out / 'run'), resume='auto',
              options=world.options | {'train_cfg.max_epochs': 3})
        return weights(out / 'run' / 'epoch_3.pth')

    return world.checkpoint, read


def weights(path):
    """The digest of the state dict of a checkpoint."""
    state = load_checkpoint_file(str(path), 'cpu')['state_dict']
    return digest(*(part for name, value in sorted(state.items())
                    for part in (name, value.numpy().tobytes())))


def released(world):
    """What tools/convert_reference_checkpoint.py does."""
    source = world.folder / 'released.pth'
    torch.manual_seed(3)
    model = MODELS.build(load_config(RELEASE, world.options).model)
    torch.save(released_state(model.state_dict()), source)

    def read(out):
        convert_checkpoint(source, out / 'new.pth', RELEASE, world.options)
        return weights(out / 'new.pth')

    return source, read


def backbone(world, **format_options):
    """What tools/extract_features.py --backbone --checkpoint does."""
    config, source = world.folder / 'backbone.py', world.folder / 'b.pth'
    model = dict(type='Recognizer', backbone=BACKBONE,
                 cls_head=dict(type='TSNHead', in_channels=1280))
    config.write_text(f'model = {model!r}\n')
    module = MODELS.build(dict(BACKBONE, _scope_='mmaction'))
    torch.save({f'backbone.{name}': value for name, value
                in module.state_dict().items()}, source, **format_options)
    write_video(world.folder / 'videos' / 'v.mp4', 4)
    (world.folder / 'ids.txt').write_text('v\n')

    def read(out):
        extract_features(
            world.folder / 'videos', world.folder / 'ids.txt',
            BackboneFrameEncoder(config, str(source), 32, num_frames=2),
            out / 'f.h5', ExtractionSettings(2, num_workers=1), False)
        return digest(FeatureStore(out / 'f.h5')['v'].tobytes())

    return source, read


def legacy_backbone(world):
    return backbone(world, _use_new_zipfile_serialization=False)


def dictionary(door, name, write):
    """A dictionary as the model of a config reads it."""
    def make(world):
        path = world.folder / name
        centers = np.random.default_rng(2).normal(
            size=DICTIONARIES[door]).astype(np.float32)
        write(path, centers)
        options = world.options | {
            f'model.causal_intervention.{door}.dictionary': str(path)}

        def read(out):
            model = MODELS.build(load_config(CONFIG, options).model)
            state = model.state_dict()
            (name, ) = (each for each in state if door in each
                        and each.endswith('dictionary.centers'))
            return digest(state[name].numpy().tobytes())

        return path, read

    return make


def ours(path, centers):
    write_dictionary(path, centers, {'kind': 'language', 'seed': 3})


def features(world):
    return world.data / 'features_test.h5', lambda out: predict(world, out)


def plain_features(world):
    """The same numbers as h5py writes them unasked."""
    path = world.data / 'features_plain.h5'
    store = FeatureStore(world.data / 'features_test.h5')
    with h5py.File(path, 'w') as file:
        file['vid'] = store.video_ids
        file['CLIPL_I'] = [store[video] for video in store.video_ids]
    options = world.options | {
        'test_dataloader.dataset.features.path': 'features_plain.h5'}
    return path, lambda out: predict(SimpleNamespace(
        checkpoint=world.checkpoint, options=options), out)


def predictions(kind):
    """What tools/eval_predictions.py does."""
    def make(world):
        folder = world.folder / 'predicted'
        names = {each: folder / f'answers_{each}.json'
                 for each in ('spans', 'attention')}
        paths = names | {'answers': folder / 'answers.json'}
        evidence = 'spans' if kind == 'answers' else kind

        def read(out):
            return digest(evaluate_predictions(
                world.data, 'test', paths['answers'],
                **{evidence: paths[evidence]}))

        return paths[kind], read

    return make


def save_npz(path, centers):
    np.savez(path, centers=centers)


def save_safetensors(path, centers):
    save_file({'centers': centers}, path)


# How each is made, whether a changed number can be noticed, and its share of
# all flips in percent: a flip takes 0.2 to 2 seconds.
KINDS = {
    'checkpoint of a training, tested': (checkpoint, True, 4),
    'checkpoint of a training, resumed': (resumed, True, 2),
    'released checkpoint, converted': (released, True, 7),
    'checkpoint of a backbone, extracted with': (backbone, True, 5),
    'the same in the format before torch 1.6': (legacy_backbone, False, 5),
    'our dictionary, safetensors': (
        dictionary('front_door', 'd.safetensors', ours), True, 7),
    'our dictionary, npz': (dictionary('back_door', 'd.npz', ours), True, 7),
    "others' dictionary, safetensors": (
        dictionary('back_door', 'o.safetensors', save_safetensors), False, 5),
    "others' dictionary, npz": (
        dictionary('front_door', 'o.npz', save_npz), True, 5),
    'our features': (features, True, 4),
    "others' features": (plain_features, False, 4),
    'answers, JSON': (predictions('answers'), False, 15),
    'spans, JSON': (predictions('spans'), False, 15),
    'weights of frames, JSON': (predictions('attention'), False, 15),
}


@CUDA
@pytest.mark.parametrize('kind', KINDS)
def test_flipped_bits(kind, world, tmp_path):
    make, noticed, share = KINDS[kind]
    path, read = make(world)
    ends, faults = flip_bits(
        path, read, tmp_path / 'out', -(-COUNT * share // 100),
        seed=list(kind.encode()), fine=FINE | (set() if noticed
                                               else {UNNOTICED}))
    print(f'| {kind} |', ', '.join(
        f'{number} {end}' for end, number in sorted(ends.items())), '|')
    assert not faults, '\n'.join(faults)
