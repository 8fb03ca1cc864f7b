"""Values go on as they are, and gradients the other way."""

import pytest
import torch

from cra_plugin.functional.gradient_reversal import reverse_gradient


@pytest.mark.parametrize('strength', [0., 0.3, 2.])
def test_only_the_gradient_is_reversed(strength):
    values = torch.tensor([1., -2.], requires_grad=True)
    copy = reverse_gradient(values, strength)
    assert torch.equal(copy, values)
    (copy * torch.tensor([3., 5.])).sum().backward()
    torch.testing.assert_close(values.grad,
                               -strength * torch.tensor([3., 5.]))
