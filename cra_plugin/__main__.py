"""``python -m cra_plugin COMMAND ...``, the same as ``cra-plugin``."""

from cra_plugin.cli.commands import main

if __name__ == '__main__':
    main()
