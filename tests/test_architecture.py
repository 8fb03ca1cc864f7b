"""Imports run one way, from floor to floor, and rooms stay what they are."""

import ast
from pathlib import Path

import pytest
from mmengine.registry import Registry

import cra_plugin.registry

PACKAGE = Path(__file__).resolve().parents[1] / 'cra_plugin'
# Nothing imports what stands on a higher floor.
FLOORS = (
    ('version', 'errors', 'utils'),
    ('compat', ),
    ('registry', 'structures', 'spans', 'functional'),
    ('annotations', 'pretrained'),
    ('models', 'datasets', 'evaluation', 'causal_features',
     'feature_extraction', 'visualization', 'simulation', 'conversion',
     'ablation'),
    ('engine', ),
    ('apis', ),
    ('cli', '__main__'),
)
HEIGHTS = {room: height for height, floor in enumerate(FLOORS)
           for room in floor}
# Rooms of one floor that do not look into each other.
APART = {('models', 'datasets'), ('evaluation', 'models')}
# Rooms that serve people without torch, but for these modules.
WITHOUT_TORCH = ('spans', 'annotations', 'evaluation', 'utils', 'structures',
                 'ablation')
TORCH_ALLOWED = {'evaluation/grounded_qa_metric.py',
                 'structures/video_qg_data_sample.py'}


def modules():
    return sorted(path.relative_to(PACKAGE) for path in
                  PACKAGE.rglob('*.py') if '.mim' not in path.parts)


def imports(path):
    """All modules that a file imports, also inside of functions."""
    for node in ast.walk(ast.parse((PACKAGE / path).read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f'{node.module}.{alias.name}' for alias in node.names)


def room_of(module):
    """The room of a module of ours; None for the package itself."""
    parts = module.split('.')
    return parts[1] if parts[0] == 'cra_plugin' and parts[1:] else None


def test_every_room_stands_on_a_floor():
    rooms = {path.parts[0].removesuffix('.py') for path in modules()}
    assert rooms - {'__init__'} <= set(HEIGHTS)


@pytest.mark.parametrize('room', HEIGHTS)
def test_imports_run_down(room):
    for path in modules():
        if path.parts[0].removesuffix('.py') != room:
            continue
        for module in imports(path):
            other = room_of(module)
            if other in HEIGHTS:
                assert HEIGHTS[other] <= HEIGHTS[room], (path, module)
                assert (room, other) not in APART, (path, module)


def test_no_torch_where_none_is_needed():
    for path in modules():
        if path.parts[0] in WITHOUT_TORCH and str(path) not in TORCH_ALLOWED:
            packages = {module.split('.')[0] for module in imports(path)}
            assert not packages & {'torch', 'mmengine', 'mmaction'}, path


# What most configs have no use for, and costs half a second of CPU time.
@pytest.mark.parametrize('package', ['sklearn', 'open_clip'])
def test_what_only_some_configs_need_is_imported_for_them(package):
    """No module that registers its components imports it at once."""
    for path in modules():
        if path.parts[0] in ('models', 'engine'):
            tree = ast.parse((PACKAGE / path).read_text())
            for module in _imported_at_once(tree, set()):
                assert module.split('.')[0] != package, path


def _imported_at_once(tree, seen):
    """What a module imports when it is imported, ours followed."""
    for node in ast.walk(_without_functions(tree)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module, *(f'{node.module}.{alias.name}'
                                    for alias in node.names)]
        else:
            continue
        for name in names:
            yield name
            file = PACKAGE.parent / (name.replace('.', '/') + '.py')
            if room_of(name) and name not in seen and file.is_file():
                seen.add(name)
                yield from _imported_at_once(ast.parse(file.read_text()),
                                             seen)


def _without_functions(tree):
    """Leave out the bodies of functions, which run later."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.Lambda)):
            node.body = []
    return tree


def test_the_package_root_has_five_modules_at_most():
    assert len(list(PACKAGE.glob('*.py'))) <= 5


def test_what_registers_itself_is_found():
    """A new component needs no edit of the registry."""
    found = {
        location for registry in vars(cra_plugin.registry).values()
        if isinstance(registry, Registry)
        and registry.scope == 'cra_plugin' for location in registry._locations}
    registering = [path for path in modules()
                   if '.register_module(' in (PACKAGE / path).read_text()]
    assert len(registering) > 40
    for path in registering:
        names = ['cra_plugin', *path.with_suffix('').parts]
        assert any('.'.join(names[:end]) in found
                   for end in range(2, len(names) + 1)), path


def test_no_module_is_longer_than_300_lines():
    for path in modules():
        assert len((PACKAGE / path).read_text().splitlines()) <= 300, path


def test_no_two_test_files_share_a_name():
    """Pytest imports one of them alone, in a run of all tests."""
    names = [path.name for path in Path(__file__).parent.rglob('test_*.py')]
    assert sorted(set(names)) == sorted(names)
