import numpy as np
import pytest

from cra_plugin.errors import InputError
from cra_plugin.spans.span_merging import merge_spans


def test_merging():
    first = np.array([[0., 4.], [0., 4.], [0., 4.], [5., 6.]])
    second = np.array([[2., 6.], [4., 6.], [5., 6.], [0., 9.]])
    assert merge_spans(first, second).tolist() == [[2, 4], [4, 4], [5, 6],
                                                   [5, 6]]
    assert merge_spans(first, second, 'union').tolist() == [[0, 6], [0, 6],
                                                            [0, 6], [0, 9]]


def test_unknown_rules_are_refused():
    with pytest.raises(InputError, match="rule: found 'hull'; expected one "
                       'of intersection, union'):
        merge_spans(np.eye(2), np.eye(2), 'hull')
