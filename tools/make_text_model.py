"""Write a small RoBERTa with random weights for work without a network."""

from cra_plugin.cli.commands import run_command

if __name__ == '__main__':
    run_command('make_text_model')
