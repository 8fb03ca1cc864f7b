import pytest

from cra_plugin.utils import machine


@pytest.mark.parametrize(('text', 'vendor', 'model'), [
    ('vendor_id\t: AuthenticAMD\nmodel name\t: AMD  EPYC\n', 'AuthenticAMD',
     'AMD EPYC'),
    ('vendor_id\t:\nmodel name : \nBogoMIPS : 48\n', '', 'x86_64'),
    (None, '', 'x86_64'),
])
def test_what_linux_tells(monkeypatch, tmp_path, text, vendor, model):
    told = tmp_path / 'cpuinfo'
    if text is not None:
        told.write_text(text)
    monkeypatch.setattr(machine, '_PROCESSORS', told)
    monkeypatch.setattr(machine.platform, 'processor', lambda: '')
    monkeypatch.setattr(machine.platform, 'machine', lambda: 'x86_64')
    assert machine.processor_vendor() == vendor
    assert machine.describe_machine().startswith(f'{model}, ')
