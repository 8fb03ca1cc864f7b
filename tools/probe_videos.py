"""Write the durations and frame times of videos, as STAR needs them."""

from cra_plugin.cli.commands import run_command

if __name__ == '__main__':
    run_command('probe_videos')
