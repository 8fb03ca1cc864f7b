"""Versions that work, and what is said of those that do not."""

import re

import pytest

from cra_plugin.compat import versions

GOOD = {'torch': '2.9.1+cu128', 'mmengine': '0.10.7', 'mmaction2': '1.1.0',
        'mmcv': None, 'mmcv-lite': '2.0.1', 'transformers': '4.57.6',
        'setuptools': '80.9.0'}


@pytest.fixture
def installed(monkeypatch):
    """Pretend that other versions are installed."""

    def pretend(**given):
        table = GOOD | {key.replace('_', '-'): value
                        for key, value in given.items()}
        monkeypatch.setattr(versions, 'installed_version', table.get)

    return pretend


def refusal():
    with pytest.raises(versions.VersionError) as caught:
        versions.check_versions()
    message = str(caught.value)
    assert '\n' not in message
    assert message.startswith('cra_plugin cannot run here: ')
    return message


@pytest.mark.parametrize('given', [
    {}, {'torch': '2.6.0'}, {'mmcv': '2.0.1', 'mmcv_lite': None},
    {'mmaction2': '1.2.0', 'mmcv_lite': '2.1.0'},
    {'mmaction2': '1.2.0', 'mmcv_lite': '2.0.1'},
    {'transformers': '5.23.0'}, {'setuptools': '81.0'}])
def test_versions_that_work(installed, given):
    installed(**given)
    versions.check_versions()


@pytest.mark.parametrize(('given', 'found', 'command'), [
    ({'torch': '2.5.1'}, 'torch 2.5.1 is installed, >=2.6 is needed',
     'pip install "torch>=2.6"'),
    ({'torch': None}, 'torch is not installed', 'pip install "torch>=2.6"'),
    ({'mmengine': '0.10.6'}, 'mmengine 0.10.6', 'mmengine>=0.10.7'),
    ({'mmaction2': '1.3.0'}, 'mmaction2 1.3.0', 'mmaction2==1.1.0'),
    ({'mmaction2': None}, 'mmaction2 is not installed', 'mmaction2==1.1.0'),
    ({'transformers': '4.40.0'}, 'transformers 4.40.0', '>=4.57'),
    ({'transformers': '6.0.0'}, 'transformers 6.0.0', '<6'),
    ({'setuptools': '82.0.0'}, 'setuptools 82.0.0', 'setuptools<82'),
    ({'mmcv_lite': '2.1.0'}, 'mmcv or mmcv-lite 2.1.0', 'mmcv-lite==2.0.1'),
    ({'mmcv_lite': None}, 'mmcv or mmcv-lite is not installed',
     'mmcv-lite==2.0.1'),
    ({'mmcv': '1.7.2'}, 'mmcv or mmcv-lite 1.7.2', 'mmcv-lite==2.0.1'),
    ({'mmaction2': '1.2.0', 'mmcv_lite': '2.2.0'}, 'mmcv-lite 2.2.0',
     'mmcv-lite==2.1.0')])
def test_versions_that_do_not(installed, given, found, command):
    installed(**given)
    message = refusal()
    assert found in message and command in message


def test_all_problems_are_told_at_once(installed):
    installed(torch='2.0.0', setuptools='90.0.0')
    assert re.search('torch 2.0.0.*; setuptools 90.0.0', refusal())


def test_versions_of_this_environment():
    versions.check_versions()
    assert versions.installed_version('torch') is not None
    assert versions.installed_version('a-package-nobody-has') is None
