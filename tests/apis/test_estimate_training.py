"""The estimate of a training step, against a model that is small enough."""

import pytest
import torch
from mmengine.config import Config

from cra_plugin.apis.estimate_training import GIB, estimate_training
from cra_plugin.errors import InputError
from cra_plugin.registry import MODELS
from tests.helpers.small_options import TINY_DEBERTA
from tests.helpers.tool_process import REPOSITORY

NAMES = ('cra_frozenbilm_nextgqa_release.py',
         'frozenbilm_ph_nextgqa.py')
TINY = {'model.language_model.name': None,
        'model.language_model.config': TINY_DEBERTA,
        'model.language_model.mask_token_id': 299,
        'train_dataloader.batch_size': 2}


def estimate(name=NAMES[0], amp=None, text_length=12, **options):
    return estimate_training(str(REPOSITORY / 'configs' / name), amp,
                             text_length, options=TINY | options)


@pytest.mark.parametrize('name', NAMES)
def test_weights_are_counted_and_no_value_is_made(name):
    found = estimate(name)
    config = Config.fromfile(str(REPOSITORY / 'configs' / name))
    config.merge_from_dict(TINY)
    with torch.device('meta'):
        model = MODELS.build(config.model)
    numbers = [each.numel() for each in model.parameters()]
    trained = [each.numel() for each in model.parameters()
               if each.requires_grad]
    assert (found.parameters, found.trained) == (sum(numbers), sum(trained))
    assert found.weights == 4 * found.parameters / GIB
    assert found.training == 12 * found.trained / GIB
    assert str(found).startswith('estimated, not measured: ')


def test_activations_are_what_is_kept_for_a_linear_layer(monkeypatch):
    """Its input, once, and not its weight."""

    class Linear(torch.nn.Module):

        def __init__(self):
            super().__init__()
            self.layer = torch.nn.Linear(8, 4)

        def forward(self, inputs, samples, mode):
            assert len(samples) == 2 and mode == 'loss'
            frames = self.layer(torch.ones(
                *inputs['frames'].shape[:2], 8, requires_grad=True))
            return {'loss': frames.sum(), 'sigma': frames.mean().detach()}

    monkeypatch.setattr(MODELS, 'build', lambda _: Linear())
    found = estimate()
    assert found.activations * GIB == 2 * 32 * 8 * 4
    # Forwards, and backwards to the weight and to the input.
    assert found.tflop * 1e12 == 3 * 2 * 2 * 32 * 8 * 4
    assert found.seconds == pytest.approx(found.tflop / 312 / .4)


def test_it_grows_with_the_batch_and_shrinks_with_16_bits():
    found = [estimate(NAMES[1], **{'train_dataloader.batch_size': size})
             for size in (2, 4, 6)]
    for name in ('tflop', 'activations'):
        first, second, third = (getattr(each, name) for each in found)
        assert third > second
        assert third - second == pytest.approx(second - first, rel=.01)
    assert estimate(NAMES[1], 'bf16').activations < .8 * found[0].activations


@pytest.mark.parametrize(('name', 'options', 'words'), [
    ('cra_nextgqa.py', {}, r"model.type: found 'cra_plugin.VideoQ"),
    (NAMES[0], {'text_length': 0}, '--text-length: found 0'),
    (NAMES[0], {'num_choices': 1}, '--choices: found 1; expected at least 2'),
    (NAMES[0], {'utilization': 2}, '--utilization: found 2; expected at m'),
    (NAMES[0], {'utilization': float('nan')}, '--utilization: found nan')])
def test_refused(name, options, words):
    with pytest.raises(InputError, match=words):
        estimate_training(str(REPOSITORY / 'configs' / name), **options)
