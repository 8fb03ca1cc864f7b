import torch

from cra_plugin.models.video_encoders.feature_norm import FeatureNorm
from cra_plugin.models.video_encoders.precomputed_features import (
    PrecomputedFeatures,
)


def test_every_feature_has_mean_zero_and_variance_one():
    frames = 5 + torch.randn(4, 7, 3) * torch.tensor([0.1, 1.0, 30.0])
    found = FeatureNorm(dict(type='BN1d', eps=1e-12), 3).train()(frames)
    torch.testing.assert_close(found.mean((0, 1)), torch.zeros(3), atol=1e-5,
                               rtol=0)
    torch.testing.assert_close(found.var((0, 1), unbiased=False),
                               torch.ones(3))
    expected = (frames[1, 2] - frames.mean((0, 1))) / frames.std(
        (0, 1), unbiased=False)
    torch.testing.assert_close(found[1, 2], expected, atol=1e-4, rtol=1e-4)


def test_batch_mates_matter_in_training_only():
    encoder = PrecomputedFeatures(3, feature_norm=dict(type='BN1d'))
    frames = torch.randn(4, 7, 3) + 2
    assert (encoder(frames)[:1] - encoder(frames[:1])).abs().max() > 1e-3
    encoder.eval()
    torch.testing.assert_close(encoder(frames)[:1], encoder(frames[:1]))
