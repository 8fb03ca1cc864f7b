"""The commands, by name: what ``cra-plugin`` and ``tools/`` run."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from difflib import get_close_matches
from importlib import import_module

from cra_plugin.cli.command_line import run_tool
from cra_plugin.errors import InputError
from cra_plugin.version import __version__


@dataclass(frozen=True)
class Command:
    """A command.

    Attributes:
        module (str): Module of :mod:`cra_plugin.cli` whose ``main`` parses
            ``sys.argv`` and does the work; the tool of that name runs it too.
        summary (str): What it does, in a few words.
        needs_torch (bool): Whether the installed packages are checked first.
            Defaults to True.
    """

    module: str
    summary: str
    needs_torch: bool = True


COMMANDS = {
    'train': Command('train', 'train a model'),
    'test': Command('test', 'evaluate a checkpoint'),
    'launch': Command('launch', 'the same by several processes of a machine'),
    'infer': Command('infer', 'ask a question about a video'),
    'app': Command('app', 'the same in the browser'),
    'eval': Command('eval_predictions', 'evaluate prediction files', False),
    'report': Command('report', 'a page to browse predictions', False),
    'draw': Command('draw_timelines', 'pictures of predictions', False),
    'compare': Command('compare_predictions',
                       'compare models by their prediction files', False),
    'errors': Command('error_analysis',
                      'where predictions err, and what a model goes by',
                      False),
    'extract': Command('extract_features', 'frame features from videos'),
    'probe': Command('probe_videos', 'durations and frame times of videos',
                     False),
    'dictionaries': Command('build_causal_features',
                            'confounder dictionaries from text and features'),
    'convert': Command('convert_reference_checkpoint',
                       'convert a released checkpoint'),
    'simulate': Command('simulate_features',
                        'frame features that show what annotations say',
                        False),
    'world': Command('simulate_world', 'a generated grounded-QA world', False),
    'render': Command('render_world', 'videos of moving shapes', False),
    'text-model': Command('make_text_model', 'a small text encoder'),
    'demo': Command('demo', 'train and evaluate CRA on a generated world'),
    'ablate': Command('ablate', 'compare variants of a config over seeds'),
    'bench': Command('bench', 'compare all methods on simulated features'),
    'benchmark': Command('benchmark', 'measure speed on this machine'),
}


def run_command(module: str) -> None:
    """Run a command and end the process as every tool ends.

    Args:
        module (str): ``module`` of one of ``COMMANDS``.
    """
    command = next(each for each in COMMANDS.values()
                   if each.module == module)
    run_tool(lambda: import_module(f'cra_plugin.cli.{module}').main(),
             command.needs_torch)


def main() -> None:
    """Run ``cra-plugin COMMAND ...``, the entry point of the package."""
    name, *rest = sys.argv[1:] or ['--help']
    if name in ('-h', '--help'):
        print(_usage())
    elif name == '--version':
        print(f'cra_plugin {__version__}')
    elif name in COMMANDS:
        sys.argv = [f'cra-plugin {name}', *rest]
        run_command(COMMANDS[name].module)
    else:
        run_tool(lambda: _refuse(name), needs_torch=False)


def _usage() -> str:
    """What can be run, one line per command."""
    lines = [f'  {name:<14}{command.summary}'
             for name, command in COMMANDS.items()]
    return '\n'.join(['usage: cra-plugin COMMAND [...]', '', *lines, '',
                      'cra-plugin COMMAND --help says more of each.'])


def _refuse(name: str) -> None:
    """Refuse a command that there is not."""
    near = get_close_matches(name, COMMANDS, 1)
    raise InputError('cra-plugin', f'the command {name!r}',
                     f'one of {", ".join(COMMANDS)}',
                     f'did you mean {near[0]}?' if near else
                     'see cra-plugin --help')
