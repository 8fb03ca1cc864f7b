"""The digest of a module, and devices."""

import pytest
import torch
from torch import nn

from cra_plugin.errors import InputError
from cra_plugin.pretrained.encoder_module import (
    checked_device,
    module_digest,
    one_line,
)


def digest(settings='settings', dtype=torch.float32, change=None):
    module = nn.Sequential(nn.Linear(2, 3), nn.LayerNorm(3))
    with torch.no_grad():
        for index, weights in enumerate(module.parameters()):
            weights.fill_(index + 1)
        if change is not None:
            module.state_dict()[change].view(-1)[-1] += 1e-6
    return module_digest(module.to(dtype), settings)


def test_the_digest_is_of_weights_and_settings():
    assert digest() == digest()
    assert len(digest()) == 12 and int(digest(), 16) >= 0
    digests = [digest(), digest('others'), digest(dict(settings=1)),
               digest(dtype=torch.float64), digest(dtype=torch.bfloat16),
               digest(change='0.weight'), digest(change='1.bias')]
    assert len(set(digests)) == 7


def test_scalars_and_numbers_count():
    module = nn.BatchNorm1d(2)
    before = module_digest(module, None)
    module.num_batches_tracked += 1
    assert module_digest(module, None) != before


def test_devices():
    assert checked_device('cpu') == torch.device('cpu')
    with pytest.raises(InputError, match=r"device: found 'cuda:99'"):
        checked_device('cuda:99')


def test_one_line():
    assert one_line(ValueError('two\n  lines')) == 'two lines'
    assert len(one_line('x' * 1000)) == 300
