"""Draw what models answered, and which seconds they name."""

from cra_plugin.cli.commands import run_command

if __name__ == '__main__':
    run_command('draw_timelines')
