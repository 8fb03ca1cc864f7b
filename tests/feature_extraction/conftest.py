import pytest

from cra_plugin.errors import InputError
from cra_plugin.feature_extraction.video_reader import DECODERS, find_decoder
from tests.helpers.bar_videos import STORED, copy, cut, damage, encode, show_by

BASE, STREAM = STORED / 'base.mp4', STORED / 'base.ts'


@pytest.fixture(params=DECODERS)
def decoder(request):
    """Each decoder that works here."""
    try:
        return find_decoder(request.param)
    except InputError as error:
        pytest.skip(str(error))


@pytest.fixture(scope='session')
def bar_videos(tmp_path_factory):
    """A folder of odd videos, by name."""
    folder = tmp_path_factory.mktemp('bars')
    for path in STORED.glob('*.m*'):
        (folder / path.name).symlink_to(path)
    (folder / 'base.ts').symlink_to(STREAM)
    h264, grouped = 'libx264', {'bf': '2', 'g': '20'}
    encode(folder / 'mpeg4.avi', 'mpeg4', options=grouped)
    encode(folder / 'h264.avi', h264, options=grouped)
    encode(folder / 'wmv.wmv', 'wmv2')
    encode(folder / 'program.mpg', 'mpeg2video', options=grouped)
    encode(folder / 'open.mp4', h264, options=grouped | {
        'x264-params': 'open-gop=1'})
    encode(folder / 'flash.flv', 'flv1')
    encode(folder / 'vp9.webm', 'libvpx-vp9', options={
        'deadline': 'realtime', 'cpu-used': '8'})
    encode(folder / 'ten_bits.mp4', h264, pix_fmt='yuv420p10le')
    encode(folder / 'grey.mp4', h264, pix_fmt='gray')
    encode(folder / 'alpha.mov', 'png', 9, pix_fmt='rgba')
    encode(folder / 'odd.mkv', 'ffv1', 9, size=(321, 243))
    encode(folder / 'one.mp4', h264, 1)
    encode(folder / 'raw.h264', h264, 9, container={})
    copy(BASE, folder / 'fragments.mp4', {
        'movflags': 'frag_keyframe+empty_moov+default_base_moof'})
    copy(BASE, folder / 'live.mkv', {'live': '1'}, 'matroska')
    fast = copy(BASE, folder / 'fast.mp4', {'movflags': 'faststart'})
    cut(fast, folder / 'cut.mp4', end=.6)
    cut(folder / 'late.mkv', folder / 'cut.mkv', end=.6)
    cut(STREAM, folder / 'mid_group.ts', .15, unit=188)
    show_by(BASE, folder / 'vflip.mp4', (1, 0, 0, -1))
    damage(BASE, folder / 'damaged.mp4', 70)
    damage(BASE, folder / 'damaged_start.mp4', 0)
    damage(folder / 'mpeg4.avi', folder / 'damaged.avi', 30)
    (folder / 'joined.ts').write_bytes(2 * STREAM.read_bytes())
    return folder
