"""Guessing hidden words from frames and the other words."""

import pytest
import torch

from cra_plugin.apis.train import train
from cra_plugin.errors import InputError
from cra_plugin.models.grounders import MaskedWordModel
from tests.helpers.small_options import TINY_DEBERTA
from tests.helpers.tool_process import REPOSITORY
from tests.models.conftest import FEATURES, PAD, VOCABULARY
from tests.models.grounders.test_frozen_bilm_grounder import (
    MASK,
    batch_of,
    build,
)


def words_model(**options):
    torch.manual_seed(0)
    return MaskedWordModel(
        dict(type='cra_plugin.PrecomputedFeatures', out_dim=FEATURES),
        dict(type='cra_plugin.FrozenBiLM', mask_token_id=MASK, dropout=0.0,
             frozen=False, config=dict(TINY_DEBERTA, vocab_size=VOCABULARY,
                                       initializer_range=.2)), **options)


def test_it_learns_from_the_right_choices(make_batch):
    model = words_model(repeats=4)
    inputs, samples = batch_of(make_batch, 2, size=4)
    for row, sample in enumerate(samples):  # the others are not read
        for index in range(inputs['choice_tokens'].shape[1]):
            if index != sample.gt_answer:
                inputs['choice_tokens'][row, index] = PAD
    optimizer = torch.optim.Adam(model.parameters(), 1e-2)
    losses = []
    for _ in range(40):
        found = model(inputs, samples, 'loss')
        optimizer.zero_grad()
        found['loss_words'].backward()
        optimizer.step()
        losses.append(found['loss_words'].item())
    assert sum(losses[-5:]) < .5 * sum(losses[:5])
    assert found['word_accuracy'] > .5
    # Two processes refuse what waits for a gradient in vain.
    for name, each in model.named_parameters():
        assert (each.grad is not None) == each.requires_grad, name
    projection = model.language_model.deberta.embeddings.linear_video
    assert projection.weight.grad.abs().sum() > 0


def test_a_grounder_takes_all_of_its_weights(request):
    state = words_model().state_dict()
    grounder, _ = build(request, language_model__frozen=False)
    keys = grounder.load_state_dict(state, strict=False)
    assert keys.unexpected_keys == []
    assert not [key for key in keys.missing_keys
                if key.startswith('language_model')]


def test_it_answers_nothing(make_batch):
    inputs, samples = batch_of(make_batch, 3)
    for mode in ('predict', 'tensor'):
        with pytest.raises(RuntimeError, match='answers no questions'):
            words_model()(inputs, samples, mode)


@pytest.mark.parametrize('options', [
    {'mask_prob': 0}, {'mask_prob': 1}, {'repeats': 0}])
def test_refused(options):
    name, = options
    with pytest.raises(InputError, match=f'MaskedWordModel.{name}: found'):
        words_model(**options)


def test_the_shipped_config_trains(tmp_path, tiny_world):
    path = REPOSITORY / 'configs' / 'frozenbilm_words_demo.py'
    options = {
        'data_root': str(tiny_world), 'train_cfg.max_epochs': 1,
        'log_level': 'ERROR', 'model.video_encoder.out_dim': 12,
        'model.language_model.tokenizer': str(tiny_world / 'text'),
        'train_dataloader.dataset.pipeline.0.num_frames': 8}
    runner = train(str(path), str(tmp_path), options=options)
    assert runner.epoch == 1 and (tmp_path / 'epoch_1.pth').is_file()
