"""Videos through extraction, both kinds of data set, training and test."""

import json
from pathlib import Path

import h5py
import numpy as np
import pytest

from cra_plugin.apis.extract_features import (
    ExtractionSettings,
    extract_features,
)
from cra_plugin.apis.make_text_model import make_text_model
from cra_plugin.apis.test import test as run_test
from cra_plugin.apis.train import train
from cra_plugin.feature_extraction.open_clip_frame_encoder import (
    OpenCLIPFrameEncoder,
)
from cra_plugin.simulation.text_model import TextModelSettings
from tests.helpers.real_questions import write_real_questions
from tests.helpers.small_options import CAUSAL_OPTIONS

CONFIGS = Path(__file__).resolve().parents[2] / 'configs'
COMMON = CAUSAL_OPTIONS | {
    'model.d_model': 32, 'model.temporal_encoder.num_layers': 1,
    'model.temporal_encoder.num_heads': 2, 'log_level': 'ERROR',
    'train_dataloader.dataset.paraphrase_file': None,
    'train_dataloader.batch_size': 3, 'train_cfg.max_epochs': 1,
    # Dictionaries are clustered before the first step.
    **{f'{split}_dataloader.{key}': value
       for split in ('train', 'val', 'test')
       for key, value in (('num_workers', 0), ('persistent_workers', False))}}


def raw_options(clip):
    """CLIP trained along, tiny, on frames of 32 x 32."""
    options = {'model.video_encoder.model': clip}
    for split in ('train', 'val', 'test'):
        pipeline = f'{split}_dataloader.dataset.pipeline'
        crop = 'size' if split == 'train' else 'crop_size'
        options |= {f'{pipeline}.1.clip_len': 8,
                    f'{pipeline}.3.scale': (-1, 36),
                    f'{pipeline}.4.{crop}': 32}
    return options


def extract(folder, encoder):
    """Extract the features of all splits."""
    for split in ('train', 'val', 'test'):
        extract_features(folder / 'videos', folder / f'{split}.csv', encoder,
                         folder / f'features_{split}.h5', ExtractionSettings(
                             num_frames=8, num_workers=1), progress=False)


def check_spans(folder, dump):
    """Every question has an answer, and spans inside its video."""
    with h5py.File(folder / 'features_test.h5') as file:
        durations = dict(zip(file['vid'].asstr(), file['duration']))
    answers = json.loads(dump.read_text())
    spans = json.loads(dump.with_name('preds_spans.json').read_text())
    assert answers.keys() == spans.keys() and len(answers) >= 6
    for key, (start, end) in spans.items():
        assert 0 <= start <= end <= durations[key.rsplit('_', 1)[0]] + 1
    weights = json.loads(dump.with_name('preds_attention.json').read_text())
    assert np.shape(list(weights.values())) == (len(answers), 8)


@pytest.mark.parametrize('source', ['real', 'rendered'])
def test_from_videos_to_spans(source, request, tmp_path, tiny_clip_folder):
    folder = tmp_path / 'data'
    if source == 'real':
        write_real_questions(folder, request.getfixturevalue('real_clips'))
    else:
        rendered = request.getfixturevalue('rendered_world')
        folder.mkdir()
        for path in rendered.iterdir():
            (folder / path.name).symlink_to(path)
    make_text_model(folder, ['train'], tmp_path / 'text', TextModelSettings(
        hidden_size=16, num_layers=1, num_heads=2, vocab_size=270))
    clip = f'local-dir:{tiny_clip_folder}'
    extract(folder, OpenCLIPFrameEncoder(clip))
    common = COMMON | {'data_root': str(folder),
                       'model.text_encoder.name': str(tmp_path / 'text')}
    frames = {f'{split}_dataloader.dataset.pipeline.0.num_frames': 8
              for split in ('train', 'val', 'test')}
    videos = raw_options(clip)
    if source == 'real':
        videos |= {f'{split}_dataloader.dataset.videos.map_file': 'map.json'
                   for split in ('train', 'val', 'test')}
    for config, options in (
            ('cra_nextgqa.py', frames | {'model.video_encoder.out_dim': 12}),
            ('cra_nextgqa_clip-e2e.py', videos)):
        work_dir = tmp_path / config
        runner = train(str(CONFIGS / config), str(work_dir),
                       options=common | options)
        assert runner.iter >= 2
        metrics = run_test(
            str(CONFIGS / config), str(work_dir / 'epoch_1.pth'),
            str(work_dir), options=common | options,
            dump=str(work_dir / 'preds.json'))
        assert 0 <= metrics['Acc@GQA'] <= metrics['Acc@VQA'] <= 100
        check_spans(folder, work_dir / 'preds.json')
