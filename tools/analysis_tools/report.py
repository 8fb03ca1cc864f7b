"""Write predictions as a page to browse: tables, filters, timelines."""

from cra_plugin.cli.commands import run_command

if __name__ == '__main__':
    run_command('report')
