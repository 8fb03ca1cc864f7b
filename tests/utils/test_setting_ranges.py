from dataclasses import dataclass

import pytest

from cra_plugin.errors import InputError
from cra_plugin.utils.setting_ranges import check_ranges


@dataclass
class Knobs:
    size: int = 3
    rate: float = 0.5


LIMITS = (dict(size=2), dict(rate=1))


@pytest.mark.parametrize('knobs', [
    Knobs(), Knobs(size=2, rate=0), Knobs(size=10**9, rate=1)])
def test_settings_within_their_ranges(knobs):
    check_ranges(knobs, *LIMITS)
    check_ranges(knobs, {})


@pytest.mark.parametrize(('knobs', 'message'), [
    (Knobs(size=1), 'Knobs.size: found 1; expected a finite number from 2 up'),
    (Knobs(rate=1.5), 'Knobs.rate: found 1.5; expected a finite number from '
     '0 to 1'),
    (Knobs(rate=-.1), 'Knobs.rate: found -0.1'),
    (Knobs(rate=float('nan')), 'Knobs.rate: found nan'),
    (Knobs(size=float('inf')), 'Knobs.size: found inf'),
])
def test_the_setting_out_of_range_is_named(knobs, message):
    with pytest.raises(InputError) as caught:
        check_ranges(knobs, *LIMITS)
    assert message in str(caught.value)
