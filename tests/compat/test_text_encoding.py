"""mmengine's text files under a locale of few letters."""

import os
import subprocess
import sys

import pytest

CODE = """
import sys
from mmengine.hooks import checkpoint_hook
from mmengine.logging import MMLogger
from cra_plugin.compat import text_encoding
if sys.argv[1] == 'with':
    text_encoding.write_logs_in_utf8()
    text_encoding.write_notes_in_utf8()
MMLogger('run', log_file='run.log').info('w\\xf6rk \\ud800')
with getattr(checkpoint_hook, 'open', open)('note', 'w') as file:
    file.write('w\\udcc3\\udcb6rk')
"""


@pytest.mark.parametrize('ours', ['with', 'without'])
def test_any_letter_is_written(tmp_path, ours):
    process = subprocess.run(
        [sys.executable, '-c', CODE, ours], cwd=tmp_path, text=True,
        capture_output=True, env=os.environ | {
            'LC_ALL': 'C', 'PYTHONCOERCECLOCALE': '0', 'PYTHONUTF8': '0',
            'PYTHONIOENCODING': 'utf-8:backslashreplace'})
    # Without the work-around mmengine fails; once it does not, drop it.
    assert ('UnicodeEncodeError' in process.stderr) == (ours == 'without')
    if ours == 'with':
        assert process.returncode == 0, process.stderr
        assert 'wörk \\ud800' in (tmp_path / 'run.log').read_text('utf-8')
        assert (tmp_path / 'note').read_bytes() == 'wörk'.encode()
