"""Every row of docs/reliability.md names tests that there are, once."""

import re
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]
TESTS = REPOSITORY / 'tests'


def named_tests():
    """Yield each row with the files and functions in its last column.

    A function without a file (`::test_x`, `test_x`) is in the file before.
    """
    page = (REPOSITORY / 'docs' / 'reliability.md').read_text('utf-8')
    file = ''
    for row in re.findall(r'^\|.*\|$', page, re.MULTILINE):
        for name in re.findall(r'`([^`]*)`', row[:-1].rsplit('|', 1)[1]):
            path, _, function = name.rpartition('::')
            if name.endswith('.py'):
                path, function = name, ''
            file = path or file
            if name.startswith(('test_', '::')) or path:
                yield row, file, function.partition('[')[0]


def test_named_tests_exist():
    missing = []
    for row, file, function in named_tests():
        sources = [path.read_text('utf-8')
                   for path in TESTS.rglob(Path(file).name)]
        if not any(f'def {function}(' in source if function else True
                   for source in sources):
            missing.append((file, function, row[:60]))
    assert missing == []


def test_no_fault_has_two_rows():
    page = (REPOSITORY / 'docs' / 'reliability.md').read_text('utf-8')
    table = page.rpartition('| fault | what happens | test |')[2]
    faults = [row.split('|')[1].strip()
              for row in table.splitlines() if row.startswith('| ')]
    assert len(faults) > 100
    assert sorted(faults) == sorted(set(faults))
