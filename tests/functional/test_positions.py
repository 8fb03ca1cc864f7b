import math

import pytest
import torch

from cra_plugin.functional.positions import sinusoidal_positions


def test_against_the_formula_written_out():
    length, dim = 7, 10
    encoding = sinusoidal_positions(length, dim)
    assert encoding.shape == (length, dim)
    assert encoding.dtype == torch.float32
    for position in range(length):
        for pair in range(dim // 2):
            angle = position / 10000**(2 * pair / dim)
            assert encoding[position, 2 * pair] == pytest.approx(
                math.sin(angle), abs=1e-6)
            assert encoding[position, 2 * pair + 1] == pytest.approx(
                math.cos(angle), abs=1e-6)


@pytest.mark.parametrize('dim', [1, 3, 5])
def test_odd_widths_end_with_a_sine(dim):
    encoding = sinusoidal_positions(4, dim)
    assert encoding.shape == (4, dim)
    angle = 3 / 10000**((dim - 1) / dim)
    assert encoding[3, -1] == pytest.approx(math.sin(angle), abs=1e-6)


def test_first_position_and_distinct_positions():
    encoding = sinusoidal_positions(64, 16)
    assert encoding[0].tolist() == [0., 1.] * 8
    distances = torch.cdist(encoding, encoding) + torch.eye(64) * 9
    assert distances.min() > 0.1


def test_a_longer_video_keeps_the_positions_of_a_shorter_one():
    torch.testing.assert_close(
        sinusoidal_positions(40, 8)[:3], sinusoidal_positions(3, 8))
