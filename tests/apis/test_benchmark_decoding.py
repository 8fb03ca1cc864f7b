"""What decoding costs, through the tool."""

import pytest

from cra_plugin.apis import benchmark_decoding

TOOL = 'analysis_tools/benchmark.py'


def test_each_video_by_each_decoder(mixed_clips, run_here):
    status, printed, _ = run_here(TOOL, 'decode', '--videos', mixed_clips,
                                  '--decoder', 'pyav', 'decord', '--rounds',
                                  '3', '--num-frames', '2')
    assert status == 0
    lines = dict(line.split(': ') for line in printed.splitlines())
    assert lines['corrupt.mp4'] == 'pyav refuses, decord refuses'
    assert lines['fast.mp4'].count(' ms') == 2
    assert set(lines) == {path.name for path in mixed_clips.glob('*.*')
                          if path.suffix != '.txt'}


@pytest.mark.parametrize('rounds', [1, 3])
def test_the_first_reading_warms_up(clips, rounds, monkeypatch):
    costs = [50, *[7] * rounds]
    times = [0]
    for cost in costs:
        times += [times[-1], times[-1] + cost / 1000]
    readings = iter(times[1:])
    monkeypatch.setattr(benchmark_decoding.time, 'process_time',
                        lambda: next(readings))
    costs = benchmark_decoding.benchmark_decoding(
        [clips / 'slow.mp4'], ['pyav'],
        benchmark_decoding.FrameSampling(2), rounds)
    assert costs == {'slow.mp4': {'pyav': pytest.approx(7)}}


def test_nothing_to_time(run_here, tmp_path):
    status, _, errors = run_here(TOOL, 'decode', '--videos', tmp_path,
                                 '--rounds', '0')
    assert status == 2 and errors.count('\n') == 1
