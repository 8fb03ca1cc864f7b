import pytest
import torch


def losses_and_gradients(model, inputs, samples):
    torch.manual_seed(0)
    losses = model(inputs, samples, mode='loss')
    sum(value for name, value in losses.items() if 'loss' in name).backward()
    return losses, {name: each.grad for name, each in
                    model.named_parameters() if each.requires_grad}


@pytest.mark.parametrize('name', ['cra_nextgqa.py', 'evidence_nextgqa.py'])
def test_both_branches_in_one_call(name, build_grounder, make_batch):
    """Losses, gradients and predictions are those of two padded calls."""
    inputs, samples = make_batch(0)
    for kind, length in (('choice', 9), ('question', 6)):
        for part in ('tokens', 'mask'):
            inputs[f'{kind}_{part}'] = inputs[f'{kind}_{part}'][..., :length]
    found, calls, answers = [], [], []
    for skip in (False, True):
        model = build_grounder(name, text_encoder__skip_padding=skip)
        shapes = []
        model.text_encoder.register_forward_hook(
            lambda _, given, __, shapes=shapes: shapes.append(given[0].shape))
        found.append(losses_and_gradients(model, inputs, samples))
        calls.append([tuple(each) for each in shapes])
        answers.append(model(inputs, mode='tensor'))
    assert calls == [[(3, 5, 9), (3, 5, 6)], [(3, 10, 9)]]
    for plain, joint in zip(found[0], found[1]):
        assert plain.keys() == joint.keys()
        for key, value in plain.items():
            torch.testing.assert_close(joint[key], value, rtol=1e-5,
                                       atol=1e-5, msg=key)
    torch.testing.assert_close(*answers, rtol=1e-5, atol=1e-5)
