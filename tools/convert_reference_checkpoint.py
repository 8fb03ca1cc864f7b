"""Convert a checkpoint of the released CRA: IN.pth OUT.pth."""

from cra_plugin.cli.commands import run_command

if __name__ == '__main__':
    run_command('convert_reference_checkpoint')
