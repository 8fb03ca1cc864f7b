"""The sbatch file, read by a stand-in for Slurm."""

import os
import subprocess

import pytest

from cra_plugin.ablation.slurm_array import write_array
from cra_plugin.errors import InputError


def test_the_file_runs_one_run_of_the_array(tmp_path):
    out = tmp_path / 'a folder'
    path = write_array(str(out), [0, 2, 5], 4, {'partition': 'gpu'})
    lines = path.read_text().splitlines()
    assert '#SBATCH --partition=gpu' in lines
    assert '#SBATCH --array=0,2,5%4' in lines
    assert f'#SBATCH --output={out}/slurm_%a.log' in lines
    process = subprocess.run(
        ['bash', path], env=os.environ | {'SLURM_ARRAY_TASK_ID': '5'},
        cwd=os.getcwd(), capture_output=True, text=True)
    # It got as far as looking for run 5 in that folder.
    assert process.returncode == 2
    assert process.stderr.startswith(f'error: {out}/ablation.json: found no')


@pytest.mark.parametrize(('indices', 'options', 'words'), [
    ([], {}, 'no run that is not finished'),
    ([1], {'array': '1'}, '--slurm array')])
def test_nothing_to_write(indices, options, words, tmp_path):
    with pytest.raises(InputError, match=words):
        write_array(str(tmp_path), indices, 1, options)
    assert not list(tmp_path.iterdir())
