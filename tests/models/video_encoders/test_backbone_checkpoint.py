"""Weights by path or URL, and everything that may be wrong with them."""

import http.server
import pickle
import threading

import pytest
import torch
from mmaction_backbones import CASES
from torch import nn

from cra_plugin.errors import InputError
from cra_plugin.models.video_encoders import backbone_checkpoint
from cra_plugin.models.video_encoders.backbone_checkpoint import load_backbone


def make(width=2):
    return nn.Sequential(nn.Linear(3, width), nn.BatchNorm1d(width))


def named(state, prefix):
    return {prefix + key: value for key, value in state.items()}


@pytest.fixture
def warnings(monkeypatch):
    lines = []
    monkeypatch.setattr(backbone_checkpoint, 'print_log',
                        lambda text, **_: lines.append(text))
    return lines


@pytest.mark.parametrize(('prefix', 'wrap'), [
    ('', False), ('', True), ('backbone.', True), ('module.', True),
    ('module.backbone.', True), ('video_encoder.backbone.', True),
    ('module.video_encoder._orig_mod.backbone.', True)])
def test_loads_any_naming(prefix, wrap, tmp_path, warnings):
    source, target = make(), make()
    state = named(source.state_dict(), prefix)
    if 'backbone' in prefix:
        state[prefix.replace('backbone', 'cls_head') + 'fc'] = torch.ones(1)
        # A part with some of the same names, and a copy.
        state['head.0.weight'] = torch.ones(9)
        state |= named(make().state_dict(), f'teacher.{prefix}')
    path = tmp_path / 'weights.pth'
    torch.save({'state_dict': state, 'meta': {'epoch': 3}}
               if wrap else state, path)
    load_backbone(target, str(path))
    for key, value in source.state_dict().items():
        assert torch.equal(target.state_dict()[key], value)
    assert warnings == []


def test_reports_missing_and_unexpected(tmp_path, warnings):
    target = make()
    before = target[1].weight.clone()
    state = named(make().state_dict(), 'backbone.')
    del state['backbone.1.weight']
    state |= {f'backbone.extra{index}': torch.ones(1) for index in range(7)}
    path = tmp_path / 'weights.pth'
    torch.save({'state_dict': state}, path)
    load_backbone(target, str(path))
    assert torch.equal(target[1].weight, before)
    assert warnings == [
        f'{path}: 1 weights missing, left at random: 1.weight',
        f'{path}: 7 weights unexpected, left out: extra0, extra1, extra2, '
        'extra3, extra4, and 2 more']


@pytest.mark.parametrize(('content', 'message'), [
    (make(4).state_dict(), r'other shapes \(0.weight \(4, 3\) instead of '
                           r'\(2, 3\)'),
    ({'state_dict': {'head.fc': torch.ones(1)}}, 'no weight of Sequential'),
    ({}, 'no weight of Sequential'),
    ([torch.ones(1)], 'list; expected a dictionary of weights')])
def test_refuses_what_does_not_fit(content, message, tmp_path):
    path = tmp_path / 'weights.pth'
    torch.save(content, path)
    with pytest.raises(InputError, match=message):
        load_backbone(make(), str(path))


class Evil:
    ran = False

    def __reduce__(self):
        return (setattr, (Evil, 'ran', True))


def test_runs_no_code_and_needs_a_file(tmp_path):
    path = tmp_path / 'weights.pth'
    path.write_bytes(pickle.dumps({'state_dict': Evil()}))
    with pytest.raises(InputError, match='cannot be loaded safely'):
        load_backbone(make(), str(path))
    assert not Evil.ran
    with pytest.raises(InputError, match='no such file'):
        load_backbone(make(), str(tmp_path / 'absent.pth'))


@pytest.fixture
def server(tmp_path, monkeypatch):
    """Serve a folder on this machine; yields the URL, folder, requests."""
    folder, requests = tmp_path / 'served', []
    folder.mkdir()

    class Handler(http.server.SimpleHTTPRequestHandler):

        def __init__(self, *arguments):
            super().__init__(*arguments, directory=str(folder))

        def log_message(self, *arguments):
            requests.append(self.path)

    monkeypatch.setattr(torch.hub, 'get_dir', lambda: str(tmp_path / 'hub'))
    with http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler) as httpd:
        threading.Thread(target=httpd.serve_forever, daemon=True).start()
        yield f'http://127.0.0.1:{httpd.server_port}', folder, requests
        httpd.shutdown()


def test_fetches_a_url_once(server):
    url, folder, requests = server
    source = make()
    torch.save(source.state_dict(), folder / 'weights.pth')
    for _ in range(2):
        target = make()
        load_backbone(target, f'{url}/weights.pth?version=1')
        assert torch.equal(target[0].weight, source[0].weight)
    assert len(requests) == 1


def test_says_which_url_cannot_be_fetched(server):
    url = server[0] + '/absent.pth'
    with pytest.raises(InputError, match=f'{url}, which cannot be fetched '
                       r'\(.*404.*download it'):
        load_backbone(make(), url)


def test_the_encoder_loads_it(tmp_path, build_encoder, make_video):
    source = build_encoder('ResNet')
    with torch.no_grad():
        source.backbone.conv1.conv.weight.mul_(2)
    path = tmp_path / 'recognizer.pth'
    torch.save({'state_dict': named(source.backbone.state_dict(),
                                    'backbone.')}, path)
    target = build_encoder('ResNet', checkpoint=str(path))
    target.init_weights()
    for key, value in source.state_dict().items():
        assert torch.equal(target.state_dict()[key], value)
    # What the backbone's config would fetch is not asked for.
    config = CASES['ResNet'].config | {
        'type': 'ResNet', 'pretrained': 'http://127.0.0.1:9/absent.pth'}
    again = build_encoder('ResNet', checkpoint=str(path), backbone=config)
    again.init_weights()
    assert torch.equal(again.backbone.conv1.conv.weight,
                       source.backbone.conv1.conv.weight)
