"""Where reports and predictions may go."""

import pytest

from cra_plugin.errors import InputError
from cra_plugin.evaluation.output_files import check_dump_files


def test_predictions_are_several_files():
    with pytest.raises(InputError, match='expected a regular file'):
        check_dump_files('/dev/stdout')
