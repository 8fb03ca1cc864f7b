"""Extraction names the video at which memory runs out."""

import pytest
import torch

from cra_plugin.errors import InputError
from cra_plugin.feature_extraction.batch_queue import open_batches
from cra_plugin.feature_extraction.extraction import Extraction
from cra_plugin.feature_extraction.partial_file import PartialFile
from cra_plugin.feature_extraction.sampled_video import FrameSampling
from cra_plugin.feature_extraction.video_reader import find_decoder
from tests.feature_extraction.toy_encoder import MeanColor


def failing(step, error):
    """An encoder one of whose steps fails."""

    def fail(*_):
        raise error

    encoder = MeanColor()
    setattr(encoder, step, fail)
    return encoder


@pytest.mark.parametrize(('step', 'error', 'fix'), [
    ('prepare', MemoryError(), 'fewer --workers'),
    ('encode', torch.OutOfMemoryError('CUDA out of memory. Tried 2 GiB'),
     'smaller --batch-size'),
    ('encode', RuntimeError("DefaultCPUAllocator: can't allocate memory"),
     'smaller --batch-size')])
def test_memory_that_runs_out(clips, tmp_path, step, error, fix):
    extraction = Extraction(failing(step, error), find_decoder('pyav'),
                            FrameSampling(2), 1, 1)
    partial = PartialFile(tmp_path / 'a.h5', {}, (1, 2, 3), [None])
    with pytest.raises(InputError, match=rf'slow\.mp4: found no memory.*{fix}'
                       ) as caught:
        extraction.run([clips / 'slow.mp4'], partial, progress=False)
    # The tools would explain the cause in place of it.
    assert caught.value.__suppress_context__


def test_other_errors_stay_what_they_are(clips, tmp_path):
    extraction = Extraction(failing('encode', RuntimeError('a fault')),
                            find_decoder('pyav'), FrameSampling(2), 1, 1)
    partial = PartialFile(tmp_path / 'a.h5', {}, (1, 2, 3), [None])
    with pytest.raises(RuntimeError, match='a fault'):
        extraction.run([clips / 'slow.mp4'], partial, progress=False)


@pytest.mark.parametrize(('finished', 'batches'), [
    ((), [[0, 1, 2], [3, 4, 5], [6]]), ((1, 3, 4, 5), [[0, 2], [6]]),
    (range(7), [])])
def test_rows_keep_their_batch(finished, batches):
    assert open_batches(7, 3, finished) == batches
