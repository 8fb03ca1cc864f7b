"""A few processes at a time."""

import os
import sys

import pytest

from cra_plugin.ablation import process_queue
from cra_plugin.ablation.process_queue import Job, run_jobs


def jobs(folder, *scripts):
    return [Job(index, [sys.executable, '-Sc', script],
                folder / 'logs' / f'{index}.txt')
            for index, script in enumerate(scripts)]


def test_each_ends_with_its_status_and_the_others_go_on(tmp_path):
    told = list(run_jobs(jobs(
        tmp_path, 'import sys; print("a"); sys.exit(3)',
        'import os; os.kill(os.getpid(), 9)',
        'import os; print(os.environ["COLOR"])'), COLOR='red'))
    assert told == [(0, None), (0, 3), (1, None), (1, -9), (2, None), (2, 0)]
    assert (tmp_path / 'logs' / '0.txt').read_text() == 'a\n'
    assert (tmp_path / 'logs' / '2.txt').read_text() == 'red\n'


def test_ctrl_c_reaches_them_through_us_alone(tmp_path):
    # The terminal sends it to a group; a second one would end them unsaved.
    list(run_jobs(jobs(tmp_path, 'import os; print(os.getpgrp())')))
    assert int((tmp_path / 'logs' / '0.txt').read_text()) != os.getpgrp()


def test_so_many_at_a_time(tmp_path):
    # The first ends when the second has started.
    flag = tmp_path / 'flag'
    wait = f'import os\nwhile not os.path.exists({str(flag)!r}): pass'
    told = list(run_jobs(jobs(tmp_path, wait, f'open({str(flag)!r}, "w")',
                              ''), 2))
    assert [name for name, status in told if status is None] == [0, 1, 2]
    assert told[:2] == [(0, None), (1, None)]


def test_an_end_before_the_end_stops_them(tmp_path, monkeypatch):
    started = []
    start = process_queue.start
    monkeypatch.setattr(process_queue, 'start', lambda *arguments: (
        started.append(start(*arguments)), started[-1])[1])
    running = run_jobs(jobs(tmp_path, 'import time; time.sleep(600)', ''))
    next(running)
    with pytest.raises(KeyboardInterrupt):
        running.throw(KeyboardInterrupt)
    assert [process.returncode for process in started] == [-15]
