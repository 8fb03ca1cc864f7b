from cra_plugin.apis.benchmark_extraction import benchmark_extraction
from cra_plugin.feature_extraction.extraction import Extraction
from cra_plugin.feature_extraction.sampled_video import FrameSampling
from cra_plugin.feature_extraction.video_reader import find_decoder
from tests.feature_extraction.toy_encoder import MeanColor


def test_both_ways_encode_every_video_in_every_round(clips):
    encoder = MeanColor()
    extraction = Extraction(encoder, find_decoder('decord'),
                            FrameSampling(4), 2, 2)
    timing = benchmark_extraction(
        extraction, [clips / 'slow.mp4', clips / 'short.mp4'] * 2, rounds=2)
    # One video warms up.
    assert encoder.batches == [1] + ([1, 1, 1, 1] + [2, 2]) * 2
    assert min(timing.decode, timing.plain, timing.extract) > 0
    assert timing.ratio > 0 and 'times as fast' in str(timing)
