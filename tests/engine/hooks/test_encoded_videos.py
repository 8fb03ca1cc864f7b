"""Confounders of raw video: what the video encoder makes of it."""

import logging
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from mmengine.model import BaseDataPreprocessor
from torch import nn

from cra_plugin.engine.hooks.confounder_dictionary_hook import (
    ConfounderDictionaryHook,
)
from cra_plugin.engine.hooks.encoded_videos import EncodedVideos
from cra_plugin.models.causal import ExplicitCausalIntervention


class Videos:
    """Six videos of two questions; 4 frames of 2 pixels, as drawn."""

    video_folder = 'videos'
    feature_store = None

    def __len__(self):
        return 12

    def video_ids(self):
        return [f'v{index}' for index in range(6)]

    def get_data_info(self, index):
        return {'question_info': SimpleNamespace(video_id=f'v{index // 2}')}

    def __getitem__(self, index):
        generator = torch.Generator().manual_seed(index)
        return {'inputs': {'video': torch.rand(4, 2, generator=generator)},
                'data_samples': None}


class Stacked(BaseDataPreprocessor):
    def forward(self, data, training=False):
        return {'inputs': {'video': torch.stack(data['inputs']['video'])}}


@pytest.fixture
def model():
    model = nn.Module()
    model.data_preprocessor = Stacked()
    model.video_encoder = nn.Sequential(nn.Linear(2, 5), nn.Dropout(.5))
    model.causal_intervention = ExplicitCausalIntervention(
        8, 5, front_door={'type': 'cra_plugin.FrontDoorIntervention',
                          'num_clusters': 3})
    return model.train()


def test_encodes_the_first_question_of_a_video(model):
    features = EncodedVideos(model, Videos())
    assert (features.num_frames, features.feature_dim) == (4, 5)
    expected = model.video_encoder[0](Videos()[4]['inputs']['video'])
    np.testing.assert_allclose(features['v2'], expected.detach().numpy(),
                               rtol=1e-5)
    # As evaluation would, and training goes on.
    assert model.video_encoder.training


def test_the_hook_clusters_them(model, caplog):
    runner = SimpleNamespace(
        model=model, logger=logging.getLogger('test'),
        train_dataloader=SimpleNamespace(dataset=Videos()))
    caplog.set_level(logging.INFO)
    ConfounderDictionaryHook(max_raw_videos=2).before_train(runner)
    dictionary = model.causal_intervention.front_door.dictionary
    assert dictionary.is_filled and '2 training videos' in caplog.text
    features = EncodedVideos(model, Videos())
    frames = np.concatenate([features['v0'], features['v1']])
    centers = dictionary.centers.numpy()
    assert (centers.min(0) >= frames.min(0) - 1e-6).all()
    assert (centers.max(0) <= frames.max(0) + 1e-6).all()
    assert len(np.unique(centers.round(4), axis=0)) == 3
