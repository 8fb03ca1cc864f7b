"""A small RoBERTa with random weights, for work without a network."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from tokenizers import (
    AddedToken,
    Tokenizer,
    decoders,
    models,
    pre_tokenizers,
    processors,
    trainers,
)
from transformers import RobertaConfig, RobertaModel, RobertaTokenizerFast

from cra_plugin.annotations.annotation_set import AnnotationSet
from cra_plugin.errors import InputError
from cra_plugin.pretrained.hugging_face import no_progress_bar
from cra_plugin.utils.files import atomic_path, check_room
from cra_plugin.utils.own_files import WrittenFiles
from cra_plugin.utils.setting_ranges import check_ranges

SPECIAL_TOKENS = ('<s>', '<pad>', '</s>', '<unk>', '<mask>')
RECORD_FILE = 'text_model.json'
MAX_TOKENS = 128
# What transformers writes of such a model and its tokenizer.
FILES = ('config.json', 'model.safetensors', 'tokenizer.json',
         'tokenizer_config.json')
# RoBERTa counts positions from its padding id plus one.
NUM_POSITIONS = MAX_TOKENS + SPECIAL_TOKENS.index('<pad>') + 1
# Every byte and every special token has its own entry.
SMALLEST_VOCABULARY = 256 + len(SPECIAL_TOKENS)


@dataclass(frozen=True)
class TextModelSettings:
    """The size of a small text model.

    Attributes:
        hidden_size (int): Width; a multiple of ``num_heads``. Defaults to
            128.
        num_layers (int): Transformer layers. Defaults to 2.
        num_heads (int): Attention heads. Defaults to 4.
        vocab_size (int): Entries of the vocabulary at most. Defaults to 2000.
        dropout (float): Dropout everywhere in the model. Defaults to 0.0,
            as short trainings from scratch want it.
        seed (int): Seed of the weights. Defaults to 0.
    """

    hidden_size: int = 128
    num_layers: int = 2
    num_heads: int = 4
    vocab_size: int = 2000
    dropout: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        check_ranges(
            self,
            dict(
                hidden_size=1,
                num_layers=1,
                num_heads=1,
                vocab_size=SMALLEST_VOCABULARY), dict(dropout=1))
        if self.hidden_size % self.num_heads:
            raise InputError('TextModelSettings.hidden_size',
                             str(self.hidden_size),
                             f'a multiple of num_heads ({self.num_heads})')


def annotation_texts(annotations: AnnotationSet) -> list[str]:
    """List the distinct questions, choices and paraphrases of a split.

    Args:
        annotations (AnnotationSet): The split.

    Returns:
        list[str]: The texts, sorted.
    """
    texts: set[str] = set()
    for question in annotations.questions:
        texts.update((question.question, *question.choices))
    for paraphrases in annotations.paraphrases.values():
        texts.update(paraphrases)
    return sorted(texts)


def train_tokenizer(texts: Iterable[str],
                    vocab_size: int) -> RobertaTokenizerFast:
    """Train a byte-level BPE tokenizer that behaves as RoBERTa's.

    Args:
        texts (Iterable[str]): The texts to learn from. Other texts can be
            encoded too: no byte is unknown.
        vocab_size (int): Entries of the vocabulary at most.

    Returns:
        RobertaTokenizerFast: The tokenizer, ``<s>`` = 0, ``<pad>`` = 1,
        ``</s>`` = 2.
    """
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocab_size,
        special_tokens=[
            # The blank in front of a mask belongs to it, as in RoBERTa.
            AddedToken(token, lstrip=token == '<mask>', special=True)
            for token in SPECIAL_TOKENS
        ],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False)
    tokenizer.train_from_iterator(texts, trainer)
    # By place: the library renamed the parameters (sep, cls).
    tokenizer.post_processor = processors.RobertaProcessing(
        ('</s>', SPECIAL_TOKENS.index('</s>')),
        ('<s>', SPECIAL_TOKENS.index('<s>')),
        add_prefix_space=False)
    # Files of a vocabulary and of merges would be ignored by transformers 5.
    return RobertaTokenizerFast(
        tokenizer_object=tokenizer, model_max_length=MAX_TOKENS)


def random_roberta(settings: TextModelSettings,
                   num_tokens: int) -> RobertaModel:
    """Build a small RoBERTa; torch's random state is left as it was.

    Args:
        settings (TextModelSettings): Its size and seed.
        num_tokens (int): Entries of the tokenizer's vocabulary.

    Returns:
        RobertaModel: The model, with random weights.
    """
    config = RobertaConfig(
        vocab_size=num_tokens,
        hidden_size=settings.hidden_size,
        num_hidden_layers=settings.num_layers,
        num_attention_heads=settings.num_heads,
        intermediate_size=4 * settings.hidden_size,
        hidden_dropout_prob=settings.dropout,
        attention_probs_dropout_prob=settings.dropout,
        max_position_embeddings=NUM_POSITIONS,
        type_vocab_size=1,
        bos_token_id=SPECIAL_TOKENS.index('<s>'),
        pad_token_id=SPECIAL_TOKENS.index('<pad>'),
        eos_token_id=SPECIAL_TOKENS.index('</s>'))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(settings.seed)
        return RobertaModel(config)


def write_text_model(texts: Iterable[str], folder: str | Path,
                     settings: TextModelSettings,
                     overwrite: bool = False) -> int:
    """Write a tokenizer and a model that ``from_pretrained`` reads.

    Args:
        texts (Iterable[str]): The texts to train the tokenizer on.
        folder (str | Path): The folder to write.
        settings (TextModelSettings): The size of the model.
        overwrite (bool): Replace files of others. Defaults to False.

    Returns:
        int: Entries of the vocabulary.

    Raises:
        InputError: If there is no text, or another model would be replaced.
    """
    texts = list(texts)
    if not texts:
        raise InputError(folder, 'no texts', 'texts to train a tokenizer on')
    folder = Path(folder)
    _claimed(folder, FILES, overwrite).check()
    tokenizer = train_tokenizer(texts, settings.vocab_size)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(
            dir=folder.parent, prefix=f'.{folder.name}.') as temporary:
        model = random_roberta(settings, len(tokenizer))
        check_room(folder / RECORD_FILE, 4 * model.num_parameters() + 2**20)
        tokenizer.save_pretrained(temporary)
        with no_progress_bar():
            model.save_pretrained(temporary)
        written = sorted(Path(temporary).iterdir())
        files = _claimed(folder, [path.name for path in written], overwrite)
        files.claim()
        for path in written:
            with atomic_path(folder / path.name) as new:
                shutil.move(path, new)
    files.seal(dict(settings=asdict(settings)))
    return len(tokenizer)


def _claimed(folder: Path, names: Iterable[str],
             overwrite: bool) -> WrittenFiles:
    """The files of a model in a folder, which may be there already."""
    return WrittenFiles(folder / RECORD_FILE, 'random text model',
                        map(folder.joinpath, names), overwrite)
