import numpy as np
import pytest
from PIL import Image

from cra_plugin.utils.image_file import ImageError, read_image

PIXELS = np.random.default_rng(0).integers(0, 256, (5, 7, 3)).astype('u1')


@pytest.mark.parametrize('mode', ['RGB', 'RGBA', 'L', 'P', '1', 'I;16'])
def test_any_kind_of_pixels(tmp_path, mode):
    image = Image.fromarray(PIXELS)
    image = (Image.fromarray(PIXELS[..., 0].astype(np.uint16))
             if mode == 'I;16' else image.convert(mode))
    image.save(tmp_path / 'a.png')
    found = read_image(tmp_path / 'a.png')
    assert found.shape == (5, 7, 3) and found.dtype == np.uint8
    if mode == 'RGB':
        np.testing.assert_array_equal(found, PIXELS)


def test_pictures_are_turned_as_they_are_shown(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(PIXELS).save(tmp_path / 'a.png', exif=exif)
    np.testing.assert_array_equal(read_image(tmp_path / 'a.png'),
                                  np.rot90(PIXELS, -1))


def test_pictures_that_cannot_be_read(tmp_path):
    path = tmp_path / 'a.png'
    Image.fromarray(np.tile(PIXELS, (40, 40, 1))).save(path)
    whole = path.read_bytes()
    for content in (b'', b'no picture', whole[:len(whole) // 2],
                    whole[:60] + b'x' * 50 + whole[110:]):
        path.write_bytes(content)
        with pytest.raises(ImageError, match=r'a\.png cannot be read'):
            read_image(path)
