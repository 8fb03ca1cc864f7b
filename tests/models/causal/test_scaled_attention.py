import torch

from cra_plugin.models.causal.scaled_attention import scaled_attention


def test_by_hand():
    query = torch.tensor([[2., 0., 0., 0.]])
    keys = torch.tensor([[1., 0., 0., 0.], [0., 5., 0., 0.]])
    weight = torch.tensor(1.).exp() / (1 + torch.tensor(1.).exp())
    expected = torch.tensor([[weight, 5 * (1 - weight), 0., 0.]])
    torch.testing.assert_close(scaled_attention(query, keys), expected)
    values = torch.tensor([[1., 1.], [3., 7.]])
    expected = weight * values[:1] + (1 - weight) * values[1:]
    torch.testing.assert_close(scaled_attention(query, keys, values), expected)


def test_mask_leaves_keys_out():
    query, keys = torch.randn(2, 3, 4), torch.randn(2, 5, 4)
    mask = torch.tensor([[True] * 5, [True] * 2 + [False] * 3])
    found = scaled_attention(query, keys, mask=mask)
    torch.testing.assert_close(found[0], scaled_attention(query[0], keys[0]))
    torch.testing.assert_close(
        found[1], scaled_attention(query[1], keys[1, :2]))
