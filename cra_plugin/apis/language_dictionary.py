"""Builds the language dictionary: parse, graphs, node features, centers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np

from cra_plugin.apis.dictionary_summary import (
    NUM_CLUSTERS_OPTION,
    DictionarySummary,
    describe_provenance,
    read_question_files,
)
from cra_plugin.causal_features.cluster_settings import ClusterSettings
from cra_plugin.causal_features.clustering import check_enough_samples
from cra_plugin.causal_features.conllu_parser import CoNLLUParser
from cra_plugin.causal_features.dictionary_file import (
    check_output,
    write_dictionary,
)
from cra_plugin.causal_features.language_clusters import (
    cluster_graphs,
    distinct_texts,
)
from cra_plugin.causal_features.node_encoder import NodeEncoder
from cra_plugin.causal_features.node_features import (
    encode_nodes,
    remove_node_features,
)
from cra_plugin.causal_features.parse_cache import parse_into_cache
from cra_plugin.causal_features.semantic_graphs import build_node_texts
from cra_plugin.causal_features.text_parser import TextParser
from cra_plugin.errors import InputError
from cra_plugin.structures.semantic_graph import NODES, NodeTexts
from cra_plugin.structures.video_question import VideoQuestion
from cra_plugin.utils.text_forms import single_spaced


def parse_annotations(annotations: Sequence[str | Path], parser: TextParser,
                      cache: str | Path) -> int:
    """Parse all questions and right answers that a cache lacks.

    Args:
        annotations (Sequence[str | Path]): Question files of NExT-GQA
            (``.csv``) or STAR (``.json``).
        parser (TextParser): The parser.
        cache (str | Path): The CoNLL-U file to write or go on with.

    Returns:
        int: Texts that were parsed now.

    Raises:
        InputError: If an annotation or the cache is at fault.
    """
    questions = read_question_files(annotations)
    return parse_into_cache(_texts(questions), parser, cache)


def build_language_dictionary(annotations: Sequence[str | Path],
                              cache: str | Path,
                              encoder: NodeEncoder,
                              out: str | Path,
                              settings: ClusterSettings,
                              parser: TextParser | None = None,
                              batch_size: int = 256,
                              overwrite: bool = False) -> DictionarySummary:
    """Cluster the semantic structure graphs of questions and answers.

    The features of the nodes are kept in ``{out}.nodes.npy`` until the
    dictionary is written, so that a killed run goes on.

    Args:
        annotations (Sequence[str | Path]): Question files of NExT-GQA
            (``.csv``) or STAR (``.json``), of the training split.
        cache (str | Path): CoNLL-U file of the trees.
        encoder (NodeEncoder): The encoder of the nodes.
        out (str | Path): The ``.safetensors`` or ``.npz`` file to write:
            (K, 8, D) centers.
        settings (ClusterSettings): How to cluster.
        parser (TextParser, optional): What parses the texts that the cache
            lacks. Defaults to None: it must have them all.
        batch_size (int): Texts that are encoded at a time. Defaults to 256.
        overwrite (bool): Replace what is no language dictionary. Defaults to
            False.

    Returns:
        DictionarySummary: What was built.

    Raises:
        InputError: If an annotation, a tree or the encoder is at fault, or
            there are fewer questions than centers, or something else would
            be replaced.
    """
    check_output(out, 'language', overwrite)
    questions = read_question_files(annotations)
    check_enough_samples(
        len(questions), settings.num_clusters, NUM_CLUSTERS_OPTION,
        'questions')
    if parser is not None:
        parse_into_cache(_texts(questions), parser, cache)
    trees = CoNLLUParser(cache)
    trees.require(_texts(questions))
    graphs = [_build_graph(question, trees) for question in questions]
    node_file = Path(f'{out}.nodes.npy')
    features = encode_nodes(
        distinct_texts(graphs), encoder, node_file, batch_size)
    centers = cluster_graphs(graphs, features, **asdict(settings))
    made = dict(nodes=list(NODES), parser=trees.name, encoder=encoder.name)
    write_dictionary(
        out, centers,
        describe_provenance('language', annotations, settings, len(graphs),
                            **made))
    remove_node_features(node_file)
    absent = np.sum([[not text for text in graph] for graph in graphs], 0)
    return DictionarySummary(
        str(out), centers.shape, len(graphs), 'questions',
        dict(zip(NODES, absent.tolist())))


def _texts(questions: Sequence[VideoQuestion]) -> Iterator[str]:
    """Give every question and every right answer."""
    for question in questions:
        yield from _question_and_answer(question)


def _question_and_answer(question: VideoQuestion) -> tuple[str, str]:
    if question.answer is None:
        raise InputError(
            f'question {question.key}', 'no answer', 'the right answer, '
            'which is a node of the graph', 'use the training split')
    return question.question, question.choices[question.answer]


def _build_graph(question: VideoQuestion, parser: TextParser) -> NodeTexts:
    """Build the graph of a question from its trees."""
    texts = _question_and_answer(question)
    parses = [
        parser.parse([text])[0] if single_spaced(text) else None
        for text in texts
    ]
    return build_node_texts(*texts, *parses)
