"""With the videos of others, a model knows what language tells at most.

Were the true candidate to leak into its scores, in whatever way, it would
still be chosen.
"""

import csv
import math
from collections import Counter

import pytest

from cra_plugin.apis.make_text_model import make_text_model
from cra_plugin.apis.simulate import simulate_world
from cra_plugin.apis.test import test as evaluate
from cra_plugin.apis.train import train
from cra_plugin.simulation.text_model import TextModelSettings
from cra_plugin.simulation.world_settings import WorldSettings
from tests.helpers.forked_python import REPOSITORY

CONFIG = str(REPOSITORY / 'configs' / 'evidence_demo.py')
# Easy to see, so that few steps teach it; words tell as much as in the demo.
WORLD = WorldSettings(
    train_videos=200, val_videos=2, test_videos=60, test_ood_videos=1,
    test_neutral_videos=1, feature_dim=32, num_frames=16, event_strength=1.,
    scene_strength=.5, noise_strength=.3, num_distractors=0, seed=1)


@pytest.fixture(scope='module')
def world(tmp_path_factory):
    folder = tmp_path_factory.mktemp('leak')
    simulate_world(folder, WORLD)
    make_text_model(folder, ['train', 'test'], folder / 'text',
                    TextModelSettings(hidden_size=64, num_layers=1,
                                      num_heads=2, vocab_size=300))
    return folder


def language_prior(world):
    """Accuracy in percent of naive Bayes on words, which sees no video."""
    answers, words = Counter(), Counter()
    for row in read_rows(world / 'train.csv'):
        answers[row['answer']] += 1
        words.update((word, row['answer'])
                     for word in set(row['question'].split()))

    def score(question, choice):
        return math.log(answers[choice] + 1) + sum(
            math.log((words[word, choice] + .2) / (answers[choice] + .4))
            for word in set(question.split()))

    right = [max((row[f'a{place}'] for place in range(5)),
                 key=lambda choice: score(row['question'], choice))
             == row['answer'] for row in read_rows(world / 'test.csv')]
    return 100 * sum(right) / len(right)


def read_rows(path):
    with path.open() as file:
        return list(csv.DictReader(file))


def test_other_videos_tell_no_more_than_language(world, tmp_path):
    options = {
        'data_root': str(world), 'log_level': 'ERROR',
        'model.text_encoder.name': str(world / 'text'),
        'model.video_encoder.out_dim': WORLD.feature_dim,
        'model.question_loss': None, 'optim_wrapper.optimizer.lr': 4e-3,
        'train_cfg.max_epochs': 8, 'train_cfg.val_interval': 8}
    for split in ('train', 'val', 'test'):
        options[f'{split}_dataloader.dataset.pipeline.0.num_frames'] = (
            WORLD.num_frames)
    train(CONFIG, str(tmp_path), options=options)

    def accuracy(**probe):
        return evaluate(
            CONFIG, str(tmp_path / 'epoch_8.pth'), str(tmp_path / 'test'),
            options=options | {f'test_dataloader.dataset.{key}': value
                               for key, value in probe.items()})['Acc@VQA']

    prior = language_prior(world)
    # Better than by words alone: it looks, and has something to lose.
    assert 50 < prior < accuracy() - 10
    assert accuracy(probe='shuffled_videos') < prior
