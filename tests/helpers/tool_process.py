"""The tools as a user runs them: a process, its output, its exit status."""

import os
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]


def run_tool(name, *arguments, cwd=None, **environment):
    """Run a tool in a process of its own."""
    return subprocess.run(
        [sys.executable, REPOSITORY / 'tools' / name, *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=cwd,
        env=os.environ | environment,
        timeout=600)


def assert_refused(process, *words):
    """The tool must name the fault in one line and exit with 2."""
    assert process.returncode == 2
    assert len(process.stderr.strip().splitlines()) == 1
    assert 'Traceback' not in process.stderr
    for word in words:
        assert word in process.stderr
