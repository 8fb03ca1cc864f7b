"""What sets the ``paper`` preset apart, measured at its full width."""

import pytest
import torch
from mmengine.config import Config

from cra_plugin.registry import MODELS

TEXT = {'model_type': 'roberta', 'vocab_size': 1000, 'hidden_size': 64,
        'num_hidden_layers': 1, 'num_attention_heads': 2,
        'intermediate_size': 64, 'max_position_embeddings': 64,
        'pad_token_id': 1}
FRAMES, SAMPLES, LAST_LAYER = 32, 48, 'grounding_head.scorer.3.weight'


@pytest.fixture(scope='module')
def build(request):
    """Build a preset as it is configured, with a small text encoder."""

    def make(name, seed=0, **options):
        config = Config.fromfile(
            str(request.config.rootpath / 'configs' / name))
        config.model.text_encoder.update(name=None, config=TEXT)
        config.merge_from_dict({f'model.{key}': value
                                for key, value in options.items()})
        torch.manual_seed(seed)
        model = MODELS.build(config.model).eval()
        for module in model.modules():
            if type(module).__name__ == 'ConfounderDictionary':
                module.fill(torch.randn(module.centers.shape), 'a test')
        return model

    return make


def normal(seed, *shape):
    return torch.randn(
        shape, generator=torch.Generator().manual_seed(seed))


def weights_of(head, seed, question):
    """Frame weights of random frames for random questions."""
    with torch.no_grad():
        return head(normal(seed, SAMPLES, FRAMES, 768),
                    normal(question, SAMPLES, 768)).weights


def total_variation(build, name, **options):
    """How far another question moves the distribution at initialization.

    The mean over samples and initializations: in the release it is the few
    frames at right angles to the question that move at all.
    """
    heads = [build(name, seed, **options).grounding_head
             for seed in range(6)]
    moved = [weights_of(head, seed, 1000 + 2 * seed)
             - weights_of(head, seed, 1001 + 2 * seed)
             for seed, head in enumerate(heads)]
    return float(torch.stack(moved).abs().sum(-1).mean() / 2)


@pytest.mark.parametrize('gate', ['product', 'dot'])
def test_the_question_reaches_the_grounding(build, gate):
    options = {'grounding_head.gate': gate}
    assert total_variation(build, 'cra_nextgqa.py', **options) >= .02


def test_the_question_does_not_reach_the_released_grounding(build):
    assert total_variation(build, 'cra_nextgqa_release.py') < 1e-5


def test_weights_may_differ_by_more_than_ten_times(build):
    ratios = {}
    for name in ('cra_nextgqa.py', 'cra_nextgqa_release.py'):
        model = build(name)
        # As if it had been trained to be sure of its frames.
        with torch.no_grad():
            model.get_parameter(LAST_LAYER).mul_(100)
        weights = weights_of(model.grounding_head, 0, 1)
        ratios[name] = weights.amax(1) / weights.amin(1)
    assert ratios['cra_nextgqa.py'].median() > 10
    # The second softmax, over numbers between 0 and the filter's middle tap.
    assert ratios['cra_nextgqa_release.py'].max() < 1.5


def test_a_prediction_is_the_same_in_any_batch(build):
    model = build('cra_nextgqa.py')
    assert model.causal_intervention.back_door.dictionary.is_filled
    size = 6
    tokens = torch.randint(
        4, 1000, (size, 5, 20),
        generator=torch.Generator().manual_seed(0))
    inputs = {'frames': normal(1, size, FRAMES, 768),
              'frame_mask': torch.ones(size, FRAMES, dtype=torch.bool),
              'choice_tokens': tokens, 'choice_mask': tokens > 0}
    with torch.no_grad():
        together = model.ground_answers(inputs)
        for rows in ([0], [5, 0, 3], [0, 0], [1, 2, 0]):
            found = model.ground_answers(
                {key: value[rows] for key, value in inputs.items()})
            assert not found.logged
            for name in ('logits', 'video', 'weights', 'raw_weights'):
                torch.testing.assert_close(
                    getattr(found, name), getattr(together, name)[rows],
                    atol=1e-5,
                    rtol=1e-5, msg=lambda text, name=name: f'{name}: {text}')
