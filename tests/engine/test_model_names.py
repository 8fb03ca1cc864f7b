"""Names of parts that a config has, and the model has not."""

import logging

import pytest
from mmengine.config import Config
from torch import nn

from cra_plugin.apis.dry_run import dry_run
from cra_plugin.engine.model_names import check_names
from cra_plugin.errors import InputError
from tests.helpers.forked_python import REPOSITORY

KEYS = 'optim_wrapper.paramwise_cfg.custom_keys'
LOGGER = logging.getLogger('test_model_names')


class Counting(nn.Module):
    """What torch.fx cannot trace."""

    def forward(self, inputs):
        return inputs[:len(inputs)]


def check(field, value):
    config = Config()
    config.merge_from_dict({field: value})
    check_names(config, nn.ModuleDict({
        'backbone': nn.Sequential(nn.Conv2d(1, 1, 1), nn.BatchNorm2d(1)),
        'counting': Counting()}), LOGGER)


@pytest.mark.parametrize(('field', 'names', 'reason'), [
    ('efficient_conv_bn_eval', 'backbon', 'did you mean backbone?'),
    ('efficient_conv_bn_eval', ['backbone', 'x'], "found 'x'"),
    ('activation_checkpointing', 'backbon', 'did you mean backbone?'),
    ('efficient_conv_bn_eval', 3, 'a list of names'),
    ('efficient_conv_bn_eval', 'counting', 'cannot trace')])
def test_parts_that_are_not_there(field, names, reason):
    with pytest.raises(InputError) as caught:
        check(field, names)
    assert caught.value.where == field and reason in str(caught.value)


@pytest.mark.parametrize(('field', 'value'), [
    ('efficient_conv_bn_eval', ['backbone']), ('optim_wrapper', None),
    ('efficient_conv_bn_eval', None),
    ('activation_checkpointing', 'counting'),
    (f'{KEYS}.backbone.lr_mult', 0.1),
    ('optim_wrapper', {'constructor': 'Mine', 'paramwise_cfg': {
        'custom_keys': {'x': {}}}})])
def test_what_is_there(field, value, caplog):
    check(field, value)
    assert not caplog.records


def test_rates_of_no_parameter(caplog):
    check(f'{KEYS}.backbonx.lr_mult', 0.1)
    check(f'{KEYS}.sigma.lr_mult', 0.1)
    assert caplog.messages == [
        f'{KEYS}.{key} is in the name of no parameter of the model: it does '
        f'nothing{meant}' for key, meant in (
            ('backbonx', ' (did you mean backbone?)'), ('sigma', ''))]


def test_they_are_told_before_the_first_step(causal_options, tmp_path):
    config = str(REPOSITORY / 'configs' / 'cra_nextgqa.py')
    with pytest.raises(InputError, match=r"efficient.*found 'x'"):
        dry_run(config, str(tmp_path), options=causal_options | {
            'efficient_conv_bn_eval': 'x'})
