"""Every decoder in turn."""

import pytest

from cra_plugin.errors import InputError
from cra_plugin.feature_extraction.video_reader import DECODERS, find_decoder


@pytest.fixture(params=DECODERS)
def decoder(request):
    """Each decoder that works here."""
    try:
        return find_decoder(request.param)
    except InputError as error:
        pytest.skip(str(error))
