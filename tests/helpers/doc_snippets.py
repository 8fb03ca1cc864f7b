"""Snippets of a page of the documentation, to be run."""

import re
from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / 'docs'


def python_blocks(page):
    """The text of each block of Python in a page, in order."""
    return re.findall(r'```python\n(.*?)```', (DOCS / page).read_text(), re.S)


def defined_by(page, name):
    """What a block of a page defines under a name."""
    for code in python_blocks(page):
        scope = {}
        exec(code, scope)
        if name in scope:
            return scope[name]
    raise AssertionError(f'no block of {page} defines {name}')


def named_files(page):
    """File name to text of the blocks that begin with ``# NAME.py``."""
    found = {}
    for code in python_blocks(page):
        name = re.match(r'# (\w+\.py)\n', code)
        if name:
            found[name.group(1)] = code
    return found
