"""A fork of the server behaves as a fresh interpreter does."""

import os

from tests.helpers.forked_python import run_python, start_python


def test_only_third_party_packages_are_there(tmp_path):
    process = run_python(
        '-c', 'import sys\nfor name in ("torch", "stanza", "cra_plugin", '
        '"mmaction", "mmcv"): print(name in sys.modules)')
    assert process.stdout.split() == [
        'True', 'True', 'False', 'False', 'False'], process.stderr


def test_imported_objects_are_spared_the_search_for_garbage():
    process = run_python('-c', 'import gc\nprint(gc.get_freeze_count())')
    assert int(process.stdout) > 100_000, process.stderr


def test_arguments_folder_environment_and_status(tmp_path):
    (tmp_path / 'beside.py').write_text('NAME = "beside"')
    (tmp_path / 'cra_plugin.py').write_text('NAME = "another"')
    script = tmp_path / 'script.py'
    script.write_text(
        'import beside, cra_plugin, os, sys\n'
        'print(beside.NAME, cra_plugin.NAME, sys.argv[1:], os.getcwd(),'
        ' os.environ["SEEN"], __name__)\n'
        'sys.exit("wrong")')
    process = run_python(script, 'a', 1, cwd=tmp_path, SEEN='yes',
                         PYTHONPATH=str(tmp_path))
    assert process.stdout.split('\n')[0] == (
        f"beside another ['a', '1'] {tmp_path} yes __main__")
    assert (process.returncode, process.stderr) == (1, 'wrong\n')
    assert 'SEEN' not in os.environ


def test_an_error_is_a_traceback_and_status_1():
    process = run_python('-c', '1 / 0')
    assert process.returncode == 1
    assert 'ZeroDivisionError' in process.stderr


def test_modules_run_too():
    process = run_python('-m', 'json.tool', '--help')
    assert process.returncode == 0
    assert process.stdout.startswith('usage')


def test_a_fork_can_be_killed():
    process = start_python('-c', 'import time\ntime.sleep(600)')
    assert process.is_alive()
    process.kill()
    process.join()
    assert process.exitcode == -9
