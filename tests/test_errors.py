"""The one error type, wherever it is raised."""

import pickle

import pytest
from torch.utils.data import DataLoader, Dataset

from cra_plugin.cli.command_line import run_tool
from cra_plugin.compat.versions import VersionError
from cra_plugin.errors import InputError, check_choice, describe


def test_message():
    error = InputError('val.csv', 'no rows', 'one question per row', 'copy it')
    assert str(error) == ('val.csv: found no rows; expected one question per '
                          'row. Fix: copy it')
    assert error.where == 'val.csv'


def test_pickling_keeps_the_message():
    error = InputError('val.csv', 'no rows', 'rows', 'copy it')
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is InputError
    assert str(again) == str(error)


def test_values_of_any_size_leave_a_message_short():
    deep: list = []
    for _ in range(900):
        deep = [deep]
    for value in (deep, 'x' * 10**6, 10**4000, {'k' * 10**6: deep}, [[1] * 99]
                  * 99):
        assert len(describe(value)) < 90
    assert describe(['v1', 2]) == "['v1', 2]"
    error = InputError('a.json, question ' + 'k' * 10**6, 'x' * 10**6, 'a')
    assert len(str(error)) < 1300
    assert str(error).startswith('a.json, question k')


class Broken(Dataset):

    def __len__(self):
        return 1

    def __getitem__(self, index):
        raise InputError('features.h5', 'half a file', 'a whole one')


def test_a_worker_hands_it_on_as_one_line(capsys):

    def main():
        next(iter(DataLoader(Broken(), num_workers=1)))

    with pytest.raises(SystemExit) as ended:
        run_tool(main)
    assert ended.value.code == 2
    assert capsys.readouterr().err == (
        'error: features.h5: found half a file; expected a whole one\n')


def raising(error):
    def main():
        raise error
    return main


@pytest.mark.parametrize(('error', 'words'), [
    (VersionError('torch is not installed; run: pip install torch'),
     'pip install torch'),
    (FileNotFoundError(2, 'No such file', 'x.csv'), 'x.csv'),
    (ModuleNotFoundError("No module named 'h5py'", name='h5py'),
     'pip install'),
])
def test_tools_end_with_one_line_and_status_2(error, words, capsys):
    with pytest.raises(SystemExit) as ended:
        run_tool(raising(error))
    assert ended.value.code == 2
    printed = capsys.readouterr().err
    assert words in printed and printed.count('\n') == 1


def test_a_fault_of_ours_is_not_hidden():
    with pytest.raises(ZeroDivisionError):
        run_tool(raising(ZeroDivisionError()))
    with pytest.raises(ModuleNotFoundError):
        run_tool(raising(ModuleNotFoundError(name='cra_plugin.nothing')))


def test_choices():
    check_choice('a.field', 'x', ('x', 'y'))
    with pytest.raises(InputError, match=r"a\.field: found 'z'; expected one "
                       'of x, y'):
        check_choice('a.field', 'z', ('x', 'y'))
