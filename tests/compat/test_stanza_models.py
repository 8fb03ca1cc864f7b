from pathlib import Path

import pytest
import stanza
from stanza.resources import common

from cra_plugin.compat.stanza_models import find_model_files
from cra_plugin.errors import InputError


def test_a_stanza_that_chooses_otherwise_is_named(monkeypatch):
    monkeypatch.delattr(common, 'add_dependencies')
    with pytest.raises(InputError) as caught:
        find_model_files({}, 'en', 'default', ('tokenize', ), Path())
    assert str(caught.value).startswith(
        f'stanza {stanza.__version__}: found other functions (cannot import')
    assert 'stanza>=1.12,<1.16' in str(caught.value)
