"""What a process of several does on its own."""

import sys

import pytest

from cra_plugin.apis import extract_features as api
from cra_plugin.cli import extract_features
from cra_plugin.feature_extraction.process_link import PeerError


@pytest.mark.parametrize(('num_gpus', 'rank', 'device'), [
    (0, '3', 'cpu'), (4, '3', 'cuda:3'), (2, '3', 'cuda:1'),
    (1, '3', 'cuda:0'), (2, None, 'cuda:0')])
def test_a_gpu_for_each_process(monkeypatch, num_gpus, rank, device):
    monkeypatch.setenv('LOCAL_RANK', rank or '')
    if rank is None:
        monkeypatch.delenv('LOCAL_RANK')
    assert extract_features.default_device(num_gpus) == device


@pytest.mark.parametrize(('rank', 'error'), [('0', PeerError),
                                             ('2', SystemExit)])
def test_process_0_says_what_ended_another(monkeypatch, tmp_path, rank,
                                           error):
    """One line, not one for each process."""

    def extract(*_, launcher, **__):
        assert launcher == 'pytorch'
        raise PeerError('process 1 of the run: bad')

    for name, value in dict(RANK=rank, LOCAL_RANK=rank,
                            WORLD_SIZE='3').items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(api, 'extract_features', extract)
    for name in ('build_encoder', 'read_video_source'):
        monkeypatch.setattr(extract_features, name, lambda _: None)
    monkeypatch.setattr(sys, 'argv', [
        'extract', '--videos', str(tmp_path), '--ids', 'ids.txt', '--out',
        'a.h5'])
    with pytest.raises(error) as caught:
        extract_features.main()
    assert caught.value.args == (
        (2, ) if error is SystemExit else ('process 1 of the run: bad', ))
