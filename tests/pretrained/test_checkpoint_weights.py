import pytest
import torch

from cra_plugin.errors import InputError
from cra_plugin.pretrained.checkpoint_weights import checkpoint_weights

ONE = torch.ones(1)


@pytest.mark.parametrize('content', [
    {'weight': ONE}, {'state_dict': {'weight': ONE}, 'meta': None}])
def test_plain_or_under_a_key(content):
    assert checkpoint_weights(content, 'a.pth') == {'weight': ONE}


@pytest.mark.parametrize('value', [
    ONE.int(), ONE * float('-inf'), ONE.to(torch.float8_e4m3fn)])
def test_numbers_of_any_type(value):
    assert checkpoint_weights({'a': value}, 'a.pth')['a'] is value


@pytest.mark.parametrize(('content', 'words'), [
    ([ONE], r'a\.pth: found a list'), ({}, 'a.pth: found nothing in it'),
    ({'state_dict': {}}, 'a.pth: state_dict: found nothing in it'),
    ({'state_dict': [ONE]}, 'a.pth: state_dict: found a list'),
    ({'state_dict': {'a': 'x'}}, "a.pth: 'a': found a str"),
    ({'state_dict': {1: ONE}}, 'a.pth: 1: found a torch.strided tensor'),
    ({'a': ONE.to_sparse()}, 'found a torch.sparse_coo tensor'),
    ({'a': ONE.to('meta')}, 'found a torch.strided tensor'),
    ({'a': torch.quantize_per_tensor(ONE, 1., 0, torch.qint8)},
     'tensor of torch.qint8'),
    ({'a': ONE, 'b': torch.tensor([1., float('nan')])},
     "a.pth: 'b': found a weight that is NaN.* earlier checkpoint")])
def test_what_holds_no_weights(content, words):
    with pytest.raises(InputError, match=words):
        checkpoint_weights(content, 'a.pth')
