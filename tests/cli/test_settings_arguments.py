import argparse
from dataclasses import dataclass

import pytest

from cra_plugin.cli.settings_arguments import (
    add_settings_arguments,
    read_settings,
)
from cra_plugin.errors import InputError


@dataclass(frozen=True)
class Settings:
    """Some settings.

    Attributes:
        num_frames (int): Frames of a video; 50 % more
            than needed. Defaults to 4.
        noise (float): Of each frame. Defaults to 0.5.

    Notes:
        Nothing else.
    """

    num_frames: int = 4
    noise: float = 0.5

    def __post_init__(self):
        if self.noise < 0:
            raise InputError('Settings.noise', str(self.noise), 'at least 0')


@pytest.fixture
def parser():
    parser = argparse.ArgumentParser()
    add_settings_arguments(parser, Settings)
    return parser


def test_defaults_are_those_of_the_dataclass(parser):
    assert read_settings(parser.parse_args([]), Settings) == Settings()


def test_options_are_fields(parser):
    arguments = parser.parse_args(['--num-frames', '8', '--noise', '1'])
    settings = read_settings(arguments, Settings)
    assert settings == Settings(8, 1.0)
    assert isinstance(settings.noise, float)


def test_help_comes_from_the_docstring(parser):
    text = ' '.join(parser.format_help().split())
    assert ('--num-frames N Frames of a video; 50 % more than needed. '
            'Defaults to 4. --noise X Of each frame. Defaults to 0.5.') in text
    assert 'Nothing else' not in text


def test_refused_values(parser):
    with pytest.raises(InputError, match=r'Settings\.noise'):
        read_settings(parser.parse_args(['--noise', '-1']), Settings)


def test_wrong_types_stop_the_parser(parser, capsys):
    with pytest.raises(SystemExit) as stop:
        parser.parse_args(['--num-frames', '1.5'])
    assert stop.value.code == 2
    assert '--num-frames' in capsys.readouterr().err
