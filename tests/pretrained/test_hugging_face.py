"""Loading from Hugging Face: local first, one short request, no hanging."""

import pytest
from transformers import AutoTokenizer

from cra_plugin.errors import InputError
from cra_plugin.pretrained.hugging_face import load_pretrained


class Loader:
    """Counts how it is asked, and finds a name only on the hub."""

    def __init__(self, found_on_hub=True):
        self.asked = []
        self.found_on_hub = found_on_hub

    def from_pretrained(self, name, local_files_only, trust_remote_code):
        assert trust_remote_code is False
        self.asked.append(local_files_only)
        if local_files_only or not self.found_on_hub:
            raise OSError(f'no {name}\nand more lines')
        return 'model'


def test_the_hub_comes_after_local_files(monkeypatch):
    monkeypatch.setattr('huggingface_hub.HfApi.model_info',
                        lambda *_, **__: None)
    loader = Loader()
    assert load_pretrained(loader, 'some/name', 'field') == 'model'
    assert loader.asked == [True, False]


def test_an_unreachable_hub_is_asked_once_and_shortly(monkeypatch):
    asked = []

    def model_info(self, name, timeout):
        asked.append((name, timeout))
        raise OSError('no network')

    monkeypatch.setattr('huggingface_hub.HfApi.model_info', model_info)
    loader = Loader()
    with pytest.raises(InputError, match='no network') as caught:
        load_pretrained(loader, 'some/name', 'a.field')
    assert asked == [('some/name', 5.0)]
    assert loader.asked == [True]
    assert 'hf download some/name' in str(caught.value)
    assert 'a.field' in str(caught.value)


def test_the_reason_is_one_line(monkeypatch):
    monkeypatch.setattr('huggingface_hub.HfApi.model_info',
                        lambda *_, **__: None)
    with pytest.raises(InputError) as caught:
        load_pretrained(Loader(found_on_hub=False), 'some/name', 'field')
    assert '\n' not in str(caught.value)


def test_a_folder_is_not_looked_for_on_the_hub(tmp_path, monkeypatch):
    monkeypatch.setattr('huggingface_hub.HfApi.model_info',
                        lambda *_, **__: pytest.fail('asked the hub'))
    for name in (tmp_path, tmp_path / 'missing'):
        with pytest.raises(InputError, match='in that folder'):
            load_pretrained(AutoTokenizer, str(name), 'field')


def test_offline_mode(monkeypatch):
    monkeypatch.setattr('huggingface_hub.constants.HF_HUB_OFFLINE', True)
    with pytest.raises(InputError, match='hf download no-one/no-model'):
        load_pretrained(AutoTokenizer, 'no-one/no-model', 'field')
