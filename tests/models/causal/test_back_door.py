import pytest
import torch

from cra_plugin.models.causal.back_door import BackDoorIntervention
from cra_plugin.models.causal.graph_convolution import normalized_adjacency


def build(filled=True, **settings):
    torch.manual_seed(0)
    module = BackDoorIntervention(16, node_dim=6, num_clusters=3, **settings)
    if filled:
        module.dictionary.fill(torch.randn(3, 8, 6), 'a test')
    return module.eval()


@pytest.fixture
def file(tmp_path):
    """A dictionary file of the right shape."""
    import numpy as np
    path = tmp_path / 'language.npz'
    np.savez(path, centers=np.random.default_rng(0).normal(size=(3, 8, 6)))
    return str(path)


def test_against_a_slow_version():
    module, query = build(), torch.randn(4, 16)
    torch.nn.init.normal_(module.graph_convolution.bias)
    adjacency = normalized_adjacency()
    weight = module.graph_convolution.linear.weight
    confounders = []
    for graph in module.dictionary.centers:
        rows = []
        for target in range(8):
            message = module.graph_convolution.bias.clone()
            for source in range(8):
                message = message + adjacency[target, source] * (
                    weight @ graph[source])
            rows.append(message)
        confounders.append(torch.cat(rows))
    found = module(query)
    for row in range(4):
        asked = module.query_projection(query[row])
        scores = torch.stack([asked @ module.key_projection(each) / 4
                              for each in confounders]).softmax(0)
        adjustment = sum(w * module.value_projection(each)
                         for w, each in zip(scores, confounders))
        torch.testing.assert_close(
            found[row], module.norm(adjustment + query[row]),
            atol=1e-5, rtol=1e-4)


def test_without_a_dictionary_the_query_is_handed_on():
    module, query = build(filled=False), torch.randn(2, 16)
    assert module(query) is query
    assert not any(p.requires_grad for p in module.parameters())
    assert module.intervene(query).shape == (2, 16)


@pytest.mark.parametrize('trainable', [True, False])
def test_a_dictionary_switches_it_on(file, trainable):
    module = build(False, dictionary=file, trainable=trainable)
    query = torch.randn(2, 16)
    assert (module(query) - query).abs().max() > 1e-3
    module(query).pow(3).sum().backward()
    for name, parameter in module.named_parameters():
        assert parameter.grad is not None, name
    assert module.dictionary.centers.requires_grad is trainable


def test_released_one_is_built_and_never_applied(file):
    module = build(False, dictionary=file, applied=False, trainable=True)
    query = torch.randn(2, 16)
    assert module(query) is query
    assert not any(p.requires_grad for p in module.parameters())
    assert 'dictionary.centers' in module.state_dict()


def test_batch_mates_do_not_matter():
    module, query = build(), torch.randn(3, 16)
    torch.testing.assert_close(module(query)[1:2], module(query[1:2]))


def test_state_dict_brings_the_dictionary_along():
    source, target = build(), build(filled=False)
    target.load_state_dict(source.state_dict())
    query = torch.randn(2, 16)
    torch.testing.assert_close(target(query), source(query))


@pytest.mark.parametrize('d_model', [5, 8, 20])
def test_any_width(d_model):
    intervention = BackDoorIntervention(d_model, node_dim=6, num_clusters=3)
    query = torch.randn(2, d_model)
    assert intervention.intervene(query).shape == query.shape
