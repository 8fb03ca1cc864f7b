"""Which files and which order of decoders a completed config asks for."""

import pytest
from mmengine.config import Config

from cra_plugin.engine.config_completion import complete_config
from cra_plugin.engine.run_outputs import keep_local_scalars
from cra_plugin.evaluation.grounded_qa_metric import GroundedQAMetric

LOCAL = {'type': 'mmengine.LocalVisBackend'}
BOARD = {'type': 'mmengine.TensorboardVisBackend'}


@pytest.mark.parametrize(('given', 'kept'), [
    ([BOARD], [LOCAL, BOARD]),
    ([{'type': 'LocalVisBackend'}, BOARD], [{'type': 'LocalVisBackend'},
                                            BOARD]),
    ([], [])])
def test_local_scalars_are_kept(given, kept):
    config = Config({'visualizer': {'vis_backends': given}})
    keep_local_scalars(config)
    assert config.visualizer.vis_backends == kept


def test_decoders_keep_the_order_of_the_config_when_it_is_dumped(tmp_path):
    config = Config({
        'model': {'span_decoders': {'window': {}, 'merged': {},
                                    'adaptive': {}}},
        'val_evaluator': {'type': 'cra_plugin.GroundedQAMetric'},
        'test_evaluator': [{'type': 'cra_plugin.GroundedQAMetric'},
                           {'type': 'DumpResults'}]})
    complete_config(config)
    config.dump(tmp_path / 'dumped.py')
    dumped = Config.fromfile(tmp_path / 'dumped.py')
    complete_config(dumped)
    for evaluator in (dumped.val_evaluator, dumped.test_evaluator[0]):
        order = evaluator['decoder_order']
        assert order == ['window', 'merged', 'adaptive']
    assert dumped.test_evaluator[1] == {'type': 'DumpResults'}


def test_the_metric_shows_the_decoders_in_that_order():
    metric = GroundedQAMetric(decoder_order=['window', 'merged', 'adaptive'])
    assert metric._ordered(['adaptive', 'extra', 'merged', 'window']) == [
        'window', 'merged', 'adaptive', 'extra']
    assert GroundedQAMetric()._ordered('ba') == ['b', 'a']
