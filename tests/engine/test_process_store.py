"""Processes that cannot meet are told so."""

import pytest

from cra_plugin.engine.process_store import open_store
from cra_plugin.errors import InputError
from tests.helpers.process_group import free_port


@pytest.mark.parametrize(('rank', 'words'), [
    # Nobody comes to process 0; process 1 finds nobody.
    ('0', 'process 0 of the run: found no way to the others at 127.0.0.1:'),
    ('1', 'process 1 of the run: found no way to the others at 127.0.0.1:')])
def test_processes_that_do_not_come(monkeypatch, rank, words):
    for name, value in {
            'RANK': rank, 'LOCAL_RANK': rank, 'WORLD_SIZE': '2',
            'MASTER_ADDR': '127.0.0.1',
            'MASTER_PORT': str(free_port())}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv('TORCHELASTIC_USE_AGENT_STORE', raising=False)
    with pytest.raises(InputError, match=words):
        open_store('pytorch', seconds=1)
