"""Builds the visual dictionary: centers of training frame features."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from cra_plugin.apis.dictionary_summary import (
    NUM_CLUSTERS_OPTION,
    DictionarySummary,
    describe_provenance,
    read_question_files,
)
from cra_plugin.causal_features.cluster_settings import ClusterSettings
from cra_plugin.causal_features.clustering import check_enough_samples
from cra_plugin.causal_features.dictionary_file import (
    check_output,
    write_dictionary,
)
from cra_plugin.causal_features.visual_clusters import cluster_frames
from cra_plugin.datasets.features.feature_store import FeatureStore


def build_visual_dictionary(
        features: str | Path,
        out: str | Path,
        settings: ClusterSettings,
        key: str | None = None,
        annotations: Sequence[str | Path] = (),
        overwrite: bool = False) -> DictionarySummary:
    """Cluster the frame features of training videos.

    Args:
        features (str | Path): The h5 file of the frame features.
        out (str | Path): The ``.safetensors`` or ``.npz`` file to write:
            (K, D) centers.
        settings (ClusterSettings): How to cluster.
        key (str, optional): Name of the dataset in the file. Defaults to
            None: the only three-dimensional one.
        annotations (Sequence[str | Path]): Question files whose videos are
            clustered. Defaults to (): all videos of the file.
        overwrite (bool): Replace what is no visual dictionary. Defaults to
            False.

    Returns:
        DictionarySummary: What was built.

    Raises:
        InputError: If a file is at fault, or there are fewer frames than
            centers, or something else would be replaced.
    """
    check_output(out, 'visual', overwrite)
    store = FeatureStore(features, key)
    video_ids = store.video_ids
    if annotations:
        questions = read_question_files(annotations)
        video_ids = sorted({question.video_id for question in questions})
        store.require(video_ids)
    num_frames = len(video_ids) * store.num_frames
    check_enough_samples(
        num_frames, settings.num_clusters, NUM_CLUSTERS_OPTION, 'frames')
    centers = cluster_frames(store, video_ids, **asdict(settings))
    write_dictionary(
        out, centers,
        describe_provenance(
            'visual', [features, *annotations], settings, num_frames,
            key=store.key))
    return DictionarySummary(
        str(out), centers.shape, num_frames, 'frames', {})
