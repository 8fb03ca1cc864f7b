import random

import numpy as np
import torch

from cra_plugin.engine.hooks.random_states import (
    random_states,
    set_random_states,
)


def draw():
    return (torch.rand(3).tolist(), np.random.rand(3).tolist(),
            np.random.randn(), random.random(), random.gauss(0, 1))


def test_through_a_file_without_code(tmp_path):
    draw()
    torch.save(random_states(), tmp_path / 'states.pth')
    first = [draw(), draw()]
    assert first[0] != first[1]
    set_random_states(torch.load(tmp_path / 'states.pth', weights_only=True))
    assert [draw(), draw()] == first
