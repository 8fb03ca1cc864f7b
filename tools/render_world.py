"""Render videos of moving shapes, with questions in NExT-GQA's files."""

from cra_plugin.cli.commands import run_command

if __name__ == '__main__':
    run_command('render_world')
