import pickle
from multiprocessing.reduction import ForkingPickler

import torch

from cra_plugin.datasets.sample_batch import SentTensor, _narrow, _widen


def sent(tensor):
    """What another process is given."""
    content = bytes(ForkingPickler.dumps(tensor))
    return pickle.loads(content), len(content)


def make(values):
    return SentTensor.make(values, _widen, _narrow(values))


def test_the_same_arrives_in_few_bytes():
    numbers = torch.arange(3000)
    for values, size in ((numbers % 200, 1), (numbers, 2), (numbers * 30, 4),
                         (numbers % 7 == 0, 1)):
        arrived, length = sent(make(values))
        assert type(arrived) is torch.Tensor
        assert arrived.dtype == values.dtype
        assert torch.equal(arrived, values)
        assert 0 <= length - 3000 * size < 300


def test_a_tensor_that_was_changed_arrives_as_it_is():
    tensor = make(torch.arange(6))
    tensor[2] = 100
    arrived, _ = sent(tensor)
    assert arrived.tolist() == [0, 1, 100, 3, 4, 5]
    assert torch.equal(tensor, arrived)


def test_what_is_made_of_it_is_a_plain_tensor():
    tensor = make(torch.arange(6))
    assert {type(each) for each in (tensor + 1, tensor[2:], tensor.clone(),
                                    torch.stack([tensor]))} == {torch.Tensor}
