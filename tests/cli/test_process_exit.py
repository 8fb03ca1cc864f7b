"""A process of several ends before threads of its group can abort it."""

import pytest

from tests.helpers.forked_python import run_python
from tests.helpers.process_group import free_port

CODE = """
import torch
from cra_plugin.cli.command_line import run_tool
from cra_plugin.errors import InputError
if {group}:
    torch.distributed.init_process_group(
        'gloo', init_method='tcp://127.0.0.1:{port}', rank=0, world_size=1)

def main():
    print('done')
    if {status} == 2:
        raise InputError('wrong')
    raise SystemExit({status})

try:
    run_tool(main, needs_torch=False)
finally:
    print('goes on')
"""


@pytest.mark.parametrize(('group', 'status'), [
    (True, 0), (True, 2), (True, 143), (False, 0)])
def test_a_process_group_is_left_at_once(group, status):
    run = run_python('-c', CODE.format(group=group, status=status,
                                       port=free_port()))
    assert run.returncode == status
    assert run.stdout == 'done\n' + 'goes on\n' * (not group)
    assert run.stderr == 'error: wrong\n' * (status == 2)
