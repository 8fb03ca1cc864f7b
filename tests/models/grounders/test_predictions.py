import numpy as np
import pytest
import torch

from cra_plugin.models.grounders.predictions import write_predictions
from cra_plugin.structures.video_qg_data_sample import VideoQGDataSample
from cra_plugin.structures.video_question import VideoQuestion


def sample(times, duration):
    return VideoQGDataSample.from_question(
        VideoQuestion('v', '0', 'why', ('a', 'b'), 0, duration=duration),
        np.array(times))


def test_by_hand():
    seen = {}

    def decoder(weights, times, durations, mask):
        seen.update(weights=weights, times=times, durations=durations,
                    mask=mask)
        return np.array([[1., 2.], [0.25, 0.5], [0., 9.]])

    samples = [sample([1., 3., 5.], 8.), sample([.2, .6], None),
               sample([4., 9.], None)]
    logits = torch.tensor([[0., 2.], [1., 0.], [3., 3.]])
    weights = torch.tensor([[.2, .3, .5], [.4, .6, 0.], [.9, .1, 0.]],
                           requires_grad=True)
    mask = weights > 0
    found = write_predictions(samples, logits, weights, mask,
                              {'one': decoder})
    assert found is samples
    assert [each.pred_answer for each in found] == [1, 0, 0]
    torch.testing.assert_close(found[0].pred_scores,
                               torch.tensor([.11920292, .88079708]))
    assert [len(each.frame_weights) for each in found] == [3, 2, 2]
    torch.testing.assert_close(found[1].frame_weights,
                               torch.tensor([.4, .6]))
    assert [each.pred_span for each in found] == [
        {'one': (1., 2.)}, {'one': (.25, .5)}, {'one': (0., 9.)}]
    assert not found[0].frame_weights.requires_grad
    assert all(type(each) is np.ndarray for each in seen.values())
    # Without a duration: fractions, or the last frame.
    assert seen['durations'].tolist() == [8., 1., 9.]
    assert seen['times'].tolist() == [[1, 3, 5], [.2, .6, 0], [4, 9, 0]]
    assert seen['mask'].tolist() == mask.tolist()


def test_half_precision_and_no_decoders():
    one = write_predictions(
        [sample([1.], 2.)], torch.tensor([[1., 2.]]).bfloat16(),
        torch.ones(1, 1).bfloat16(), torch.ones(1, 1, dtype=torch.bool),
        {})[0]
    assert one.pred_span == {} and one.pred_scores.dtype == torch.float32
    assert one.pred_scores.sum() == pytest.approx(1)
