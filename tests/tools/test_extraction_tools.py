"""tools/extract_features.py and its kin, as a user runs them."""

import json
import os
import re
import shutil
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch
from PIL import Image
from torch import nn

from cra_plugin.datasets.features.feature_store import FeatureStore
from cra_plugin.feature_extraction.backbone_frame_encoder import (
    BackboneFrameEncoder,
)
from cra_plugin.registry import MODELS
from tests.helpers.forked_python import (
    fork_tool,
    start_python,
    start_server,
)
from tests.helpers.process_group import free_port
from tests.helpers.rendered_videos import draw_frame
from tests.helpers.tool_process import REPOSITORY, run_tool

TOOL = 'extract_features.py'


def arguments(clips, model, out, ids=None):
    return ('--videos', clips, '--ids', ids or clips / 'ids.txt', '--model',
            f'local-dir:{model}', '--out', out, '--device', 'cpu',
            '--workers', 2, '--batch-size', 32)


def test_real_clips_to_features(real_clips, tiny_clip_folder, tmp_path):
    (tmp_path / 'ids.txt').write_text('carphone_pristine\nbikes\n')
    out = tmp_path / 'features_val.h5'
    process = fork_tool(TOOL, *arguments(
        real_clips, tiny_clip_folder, out, tmp_path / 'ids.txt'))
    assert process.returncode == 0, process.stderr
    assert 'features of 2 videos' in process.stdout
    store = FeatureStore(str(out), feature_dim=12)
    assert store.video_ids == ['carphone_pristine', 'bikes']
    assert store.num_frames == 32 and store.times.durations['bikes'] == 10.0
    assert (tmp_path / 'frame2time_val.json').is_file()


def test_killed_and_started_again(run_here, mixed_clips, tiny_clip_folder,
                                  tmp_path):
    """Unreadable videos: status 3. Both ways end with the same bytes."""
    for name in ('a', 'b'):
        (tmp_path / name).mkdir()
    whole, killed = tmp_path / 'a/features.h5', tmp_path / 'b/features.h5'
    status, output, errors = run_here(TOOL, *arguments(
        mixed_clips, tiny_clip_folder, whole))
    assert status == 3, errors
    assert '6 videos; 4 skipped, listed in' in output
    report = json.loads((tmp_path / 'a/features.h5.report.json').read_text())
    assert set(report['skipped']) == {'corrupt', 'empty', 'cut', 'missing'}
    log = tmp_path / 'b/features.h5.partial.jsonl'
    child = start_python(
        REPOSITORY / 'tools' / TOOL,
        *arguments(mixed_clips, tiny_clip_folder, killed))
    while child.is_alive() and not (
            log.exists() and log.read_bytes().count(b'\n') > 1):
        time.sleep(.001)
    child.kill()
    child.join()
    status, _, errors = run_here(TOOL, *arguments(
        mixed_clips, tiny_clip_folder, killed))
    assert status == 3, errors
    assert killed.read_bytes() == whole.read_bytes()


def run_srun(*given):
    """Run the tool as two tasks of a step of Slurm."""
    port = str(free_port())
    with ThreadPoolExecutor() as pool:
        first, second = pool.map(lambda task: fork_tool(
            TOOL, *given, SLURM_PROCID=task, SLURM_LOCALID=task,
            SLURM_NTASKS='2', SLURM_STEP_NUM_TASKS='2', MASTER_PORT=port,
            MASTER_ADDR='127.0.0.1'), '01')
    assert (second.returncode, second.stdout) == (0, ''), second.stderr
    return first


def run_torchrun(*given):
    """Run the tool by our launcher, which is torchrun's."""
    return run_tool('launch.py', '--standalone', '--nproc-per-node=2',
                    REPOSITORY / 'tools' / TOOL, *given)


@pytest.mark.parametrize('start', [run_srun, run_torchrun])
def test_two_processes(run_here, start, mixed_clips, tiny_clip_folder,
                       tmp_path):
    """The launcher is found by itself; the bytes are those of one process."""
    for name in ('a', 'b'):
        (tmp_path / name).mkdir()
    status, output, errors = run_here(TOOL, *arguments(
        mixed_clips, tiny_clip_folder, tmp_path / 'a' / 'f.h5'))
    assert status == 3, errors
    done = start(*arguments(
        mixed_clips, tiny_clip_folder, tmp_path / 'b' / 'f.h5'))
    assert done.returncode == 3, done.stderr
    assert done.stdout.replace('/b/', '/a/').endswith(output)
    assert done.stdout.count('6 videos; 4 skipped, listed in') == 1
    for name in ('f.h5', 'f.h5.frame2time.json', 'f.h5.report.json'):
        assert (tmp_path / 'b' / name).read_bytes() == (
            tmp_path / 'a' / name).read_bytes()


@pytest.mark.parametrize(('option', 'value', 'words'), [
    ('--ids', 'none.txt', ['none.txt', 'no such file']),
    ('--videos', 'none', ['no such folder']),
    ('--decoder', 'opencv', ['--decoder', 'pyav, torchcodec, decord']),
    ('--video-limit', 0, ['--video-limit']),
    ('--model', 'ViT-X', ['ViT-X']),
    ('--backbone', 'none.py', ['none.py', 'no such file']),
    ('--workers', 0, ['--workers']),
    ('--launcher', 'slurm', ['SLURM_PROCID', 'srun']),
    ('--device', 'cuda:77', ['cuda:77'])])
def test_bad_options(run_here, clips, tiny_clip_folder, tmp_path, option,
                     value, words):
    (tmp_path / 'ids.txt').write_text('slow\n')
    status, _, errors = run_here(TOOL, *arguments(
        clips, tiny_clip_folder, tmp_path / 'a.h5', tmp_path / 'ids.txt'),
        option, value)
    assert status == 2
    line = errors.strip().splitlines()[-1]
    assert line.startswith('error: ') and 'Traceback' not in errors
    assert all(word in line for word in words)
    assert not (tmp_path / 'a.h5').exists()


def test_a_disk_without_room(run_here, clips, tiny_clip_folder, tmp_path,
                             small_disk):
    """Found before the first video is read."""
    (tmp_path / 'ids.txt').write_text('slow\nfast\nshort\nsingle\n')
    status, _, errors = run_here(TOOL, *arguments(
        clips, tiny_clip_folder, small_disk / 'a.h5', tmp_path / 'ids.txt'),
        '--num-frames', 6000)
    assert status == 2
    assert errors.strip().splitlines()[-1].startswith(
        f'error: {small_disk}/a.h5: found 1.0 MiB of free disk space; '
        'expected 2.2 MiB')
    assert not list(small_disk.glob('a.h5.partial*'))


def test_a_backbone_trained_by_us(run_here, clips, tmp_path):
    """The checkpoint of a whole run, and the config it was trained with."""
    backbone = dict(type='MobileNetV2', pretrained=None, widen_factor=.1)
    encoder = dict(type='cra_plugin.MMActionBackbone', backbone=backbone,
                   out_dim=1280)
    (tmp_path / 'ours.py').write_text(
        f'model = dict(video_encoder={encoder!r})\n')
    model = nn.ModuleDict({'video_encoder': MODELS.build(dict(encoder)),
                           'text_encoder': nn.Linear(2, 3)})
    torch.save({'state_dict': model.state_dict(), 'meta': {'epoch': 1}},
               tmp_path / 'epoch_1.pth')
    (tmp_path / 'ids.txt').write_text('slow\n')
    status, _, errors = run_here(
        TOOL, '--videos', clips, '--ids', tmp_path / 'ids.txt', '--out',
        tmp_path / 'a.h5', '--backbone', tmp_path / 'ours.py', '--checkpoint',
        tmp_path / 'epoch_1.pth', '--image-size', 32, '--device', 'cpu',
        '--num-frames', 4)
    assert status == 0, errors
    assert 'left at random' not in errors
    trained = BackboneFrameEncoder(
        tmp_path / 'ours.py', str(tmp_path / 'epoch_1.pth'), 32, num_frames=4)
    weights = trained._module.backbone.state_dict()
    for name, value in model['video_encoder'].backbone.state_dict().items():
        assert torch.equal(weights[name], value)


def test_probing_into_a_pipe(run_here, clips, tmp_path):
    (tmp_path / 'ids.txt').write_text('slow\n')
    os.mkfifo(tmp_path / 'pipe')
    reader = os.open(tmp_path / 'pipe', os.O_RDONLY | os.O_NONBLOCK)
    status, _, errors = run_here('probe_videos.py', '--videos', clips, '--ids',
                            tmp_path / 'ids.txt', '--out', tmp_path / 'pipe')
    assert status == 0, errors
    with open(reader) as file:
        assert 'slow' in json.loads(file.read())
    assert {path.name for path in tmp_path.iterdir()} == {'ids.txt', 'pipe'}


def test_probing(run_here, mixed_clips, tmp_path):
    out = tmp_path / 'STAR_videos.json'
    status, output, _ = run_here('probe_videos.py', '--videos', mixed_clips,
                            '--ids', mixed_clips / 'ids.txt', '--out', out)
    assert status == 3
    assert 'missing: left out: no such file' in output
    assert len(json.loads(out.read_text())['slow']['frame_times']) == 32


@pytest.mark.parametrize('decoder', ['decord', 'pyav'])
def test_folders_as_people_have_them(run_here, clips, tmp_path, decoder):
    """Loops of links, a folder that is not UTF-8, an animated picture."""
    folder = tmp_path / 'videos'
    folder.mkdir()
    for name in ('up', 'back'):
        (folder / name).symlink_to('..')
        (folder / f'{name}2').symlink_to('.')
    (folder / 'slow.mp4').symlink_to(clips / 'slow.mp4')
    (folder / 'more').mkdir()
    (folder / 'more' / 'slow.mp4').symlink_to('../slow.mp4')
    odd = os.fsencode(folder) + b'/caf\xe9'
    os.mkdir(odd)
    shutil.copy(clips / 'fast.mp4', odd + b'/fast.mp4')
    (folder / 'moving.gif').write_bytes(b'GIF89a')
    (tmp_path / 'ids.txt').write_text('slow\nfast\nmoving\n')
    out = tmp_path / 'times.json'
    status, output, errors = run_here(
        'probe_videos.py', '--videos', folder, '--ids', tmp_path / 'ids.txt',
        '--out', out, '--decoder', decoder)
    assert status == 3, errors
    assert list(json.loads(out.read_text())) == ['slow']
    assert r'caf\xe9/fast.mp4' in output and 'is not UTF-8' in output
    assert 'moving.gif is not a kind of video that is looked for' in output


@pytest.fixture
def frame_folders(tmp_path):
    """Twelve frames of each of two videos, one of which has a gap."""
    for video in ('whole', 'gap'):
        folder = tmp_path / 'frames' / 'deep' / video
        folder.mkdir(parents=True)
        for number in range(1, 13):
            Image.fromarray(draw_frame(number - 1, 12)).save(
                folder / f'frame_{number}.png')
    (tmp_path / 'frames/deep/gap/frame_7.png').unlink()
    (tmp_path / 'ids.txt').write_text('whole\ngap\nmissing\n')
    (tmp_path / 'rates.json').write_text('{"whole": 2, "gap": {"fps": 3}}')
    return tmp_path


def test_folders_of_frames(run_here, frame_folders, tiny_clip_folder,
                           tmp_path):
    """Read, and the others named; a rate of 2 per second makes 6 seconds."""
    options = ('--frames', tmp_path / 'frames', '--ids', tmp_path / 'ids.txt',
               '--num-frames', 4)
    extraction = ('extract_features.py', *options, '--model',
                  f'local-dir:{tiny_clip_folder}', '--device', 'cpu', '--out',
                  tmp_path / 'features_val.h5', '--fps')
    status, output, errors = run_here(*extraction, tmp_path / 'rates.json')
    assert status == 3, errors
    report = json.loads((tmp_path / 'features_val.h5.report.json').read_text())
    assert report['skipped'] == {
        'gap': 'frames are missing in 1 places, between the numbers 6 and 8',
        'missing': 'no such folder'}
    status, output, errors = run_here('probe_videos.py', *options, '--fps', 2,
                                 '--out', tmp_path / 'times.json')
    assert status == 3 and 'gap: left out: frames are missing' in output
    times = json.loads((tmp_path / 'times.json').read_text())
    assert list(times) == ['whole'] and times['whole']['duration'] == 6
    store = FeatureStore(str(tmp_path / 'features_val.h5'))
    assert store.times.durations == {'whole': 6}
    assert store.times.frame_times['whole'].tolist() == (
        times['whole']['frame_times'])
    # At another rate, and with a frame more, it is another video.
    for fps, name in ((4, 'frame_1.png'), (4, 'frame_13.png')):
        (tmp_path / 'frames/deep/whole' / name).write_bytes(
            (tmp_path / 'frames/deep/whole/frame_1.png').read_bytes())
        status, _, errors = run_here(*extraction, fps)
        assert status == 3, errors
    assert FeatureStore(str(tmp_path / 'features_val.h5')).times.durations == {
        'whole': 3.25}


@pytest.mark.parametrize(('options', 'words'), [
    (('--frames', 'none', '--fps', 2), ['none: found no such folder']),
    (('--frames', '.'), ['option --fps: found nothing']),
    (('--frames', '.', '--fps', '-1'), ['--fps: found -1']),
    (('--frames', '.', '--fps', 'none.csv'), ['none.csv', '--fps']),
    (('--videos', '.', '--fps', 2), ['--fps: found 2; expected it with']),
    (('--frames', '.', '--videos', '.'), ['not allowed with']),
    ((), ['--videos', '--frames', 'required'])])
def test_options_of_frames(run_here, tmp_path, options, words):
    (tmp_path / 'ids.txt').write_text('slow\n')
    status, _, errors = run_here('probe_videos.py', *options, '--ids',
                            tmp_path / 'ids.txt', '--out', tmp_path / 'a.json')
    assert status == 2
    assert all(word in errors.strip().splitlines()[-1] for word in words)


def test_benchmark(run_here, clips, tiny_clip_folder):
    status, output, errors = run_here(
        'analysis_tools/benchmark.py', 'extract', '--videos', clips,
        '--model', f'local-dir:{tiny_clip_folder}', '--decoder', 'pyav',
        '--rounds', 1)
    assert status == 0, errors
    assert output.startswith('pyav, 6 videos: decoding alone')


def test_benchmark_of_processes(run_here, clips, tiny_clip_folder):
    start_server()
    status, output, errors = run_here(
        'analysis_tools/benchmark.py', 'extract', '--videos', clips,
        '--model', f'local-dir:{tiny_clip_folder}', '--processes', 2,
        '--rounds', 1)
    assert status == 0, errors
    assert re.fullmatch(
        r'6 videos, 2 processes: [\d.]+ times as fast by CPU time \([\d.]+ s '
        r'alone, [\d.]+ s the busiest\), [\d.]+ by the clock\n', output)
