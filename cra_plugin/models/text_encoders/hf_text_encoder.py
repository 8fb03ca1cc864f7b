"""Any Hugging Face encoder, pooled by attention over the tokens."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from mmengine.model import BaseModule
from torch import Tensor, nn
from torch.nn.attention import SDPBackend, sdpa_kernel
from transformers import (
    AutoConfig,
    AutoModel,
    PretrainedConfig,
    PreTrainedModel,
)

from cra_plugin.errors import InputError, describe
from cra_plugin.functional.masking import masked_softmax, weighted_sum
from cra_plugin.models.fast_linear import multiply_by_onednn
from cra_plugin.models.text_encoders.cached_states import CachedStates
from cra_plugin.models.text_encoders.flat_tokens import (
    FAMILIES,
    encode_flat,
    find_places,
    runs_flat,
)
from cra_plugin.models.text_encoders.packed_texts import (
    encode_by_length,
    encode_distinct,
)
from cra_plugin.pretrained.described_config import (
    build_described,
    check_described,
)
from cra_plugin.pretrained.hugging_face import load_pretrained
from cra_plugin.registry import MODELS

KERNELS = [SDPBackend.FLASH_ATTENTION, SDPBackend.EFFICIENT_ATTENTION,
           SDPBackend.MATH]


@MODELS.register_module()
class HFTextEncoder(BaseModule):
    """Token ids of M candidates to one embedding each.

    Encoder, linear layer to ``d_model``, then attention pooling:
    ``softmax(Linear(d, 1))`` over the tokens. Source: CRA, text encoder of
    the Temp[CLIP] variant.

    Args:
        d_model (int): Width of the model.
        name (str, optional): Hugging Face name or local folder of a
            pre-trained encoder, such as ``'roberta-base'``. Defaults to
            None.
        config (dict, optional): Architecture with random weights instead of
            ``name``: ``model_type`` and the fields of its transformers
            configuration. Defaults to None.
        tokenizer (str, optional): Name or folder of the tokenizer that goes
            with ``config``; with ``name`` it is the model's own. Defaults to
            None.
        frozen (bool): Keep the encoder's weights as they are. Defaults to
            False.
        mask_padding (bool): Pool over real tokens only. The released code
            pools over padding too. Defaults to True.
        skip_padding (bool): Compute real tokens only, or texts of like
            length together with little padding, and outside of training
            equal texts once. Embeddings and gradients are the same but for
            rounding; in training, dropout draws other numbers. Without
            effect where padding counts, ``mask_padding=False``, and on a
            ``cache``. Defaults to True.
        flat_tokens (bool, optional): Of ``skip_padding``, the first way, for
            the families of BERT and RoBERTa, or the second. Defaults to
            None: the first on a GPU, where calls cost most, the second,
            which is faster there, on a CPU.
        onednn_linear (bool, optional): On a CPU, in float32, multiply by
            oneDNN in place of MKL: the same sums in another order. Defaults
            to None: where MKL leaves half of the vector units idle, on AMD
            with AVX-512.
        compile_layers (bool): Compile the layers of the encoder with
            ``torch.compile``, for any lengths. Pays with ``flat_tokens`` on
            a GPU, after a minute. Defaults to False.
        cache (str, optional): Folder in which the token states of a frozen
            encoder are kept: each text is encoded once, in this run and
            later ones. A text of L tokens takes 2 L H bytes. Defaults to
            None, not kept.
        gradient_checkpointing (bool): Compute activations again backwards
            instead of keeping them. Defaults to False.
        init_cfg (dict, optional): Of :class:`mmengine.model.BaseModule`.
            Defaults to None.

    Raises:
        InputError: If neither or both of ``name`` and ``config`` are given,
            or if the model cannot be found.
    """

    def __init__(self,
                 d_model: int,
                 name: str | None = None,
                 config: dict[str, Any] | None = None,
                 tokenizer: str | None = None,
                 frozen: bool = False,
                 mask_padding: bool = True,
                 gradient_checkpointing: bool = False,
                 skip_padding: bool = True,
                 flat_tokens: bool | None = None,
                 onednn_linear: bool | None = None,
                 compile_layers: bool = False,
                 cache: str | None = None,
                 init_cfg: dict[str, Any] | None = None) -> None:
        super().__init__(init_cfg)
        if (name is None) == (config is None):
            raise InputError('HFTextEncoder',
                             f'name={name!r} and config={config!r}',
                             'exactly one of the two', 'set one of them')
        encoder: Any = (
            load_pretrained(AutoModel, name, 'HFTextEncoder.name')
            if name is not None else
            build_described(lambda: AutoModel.from_config(
                _configuration(dict(config or {})), trust_remote_code=False),
                'HFTextEncoder.config'))
        if encoder.config.is_encoder_decoder:
            encoder = encoder.get_encoder()
        # Checkpoints may be stored in half precision; autocast, not the
        # file, decides what is computed in it.
        self.encoder = encoder.float()
        # Else mmengine has transformers draw the weights anew.
        self.encoder.is_init = True
        self.padding_id = encoder.config.pad_token_id or 0
        self.tokenizer = tokenizer or name
        self.frozen = frozen
        if frozen:
            self.encoder.requires_grad_(False)
        elif getattr(encoder, 'pooler', None) is not None:
            # It is not used, and would stop a distributed training.
            encoder.pooler.requires_grad_(False)
        if gradient_checkpointing:
            _recompute_layers(encoder)
        self.cached_states = None if cache is None else CachedStates(
            self.encoder, _cache_folder(cache, frozen, mask_padding))
        self.projection = nn.Linear(encoder.config.hidden_size, d_model)
        self.word_attention = nn.Linear(d_model, 1)
        self.mask_padding = mask_padding
        self.skip_padding = skip_padding and mask_padding and cache is None
        self.flat_tokens = _flat_tokens(encoder, flat_tokens)
        multiply_by_onednn(
            self, onednn_linear, 'HFTextEncoder.onednn_linear')
        if compile_layers:
            _compile_layers(encoder)

    def train(self, mode: bool = True) -> HFTextEncoder:
        """Set the mode; a frozen encoder stays in evaluation mode."""
        super().train(mode)
        if self.frozen:
            self.encoder.eval()
        return self

    def forward(self, tokens: Tensor, mask: Tensor) -> Tensor:
        """Embed each candidate.

        Args:
            tokens (Tensor): (B, M, L) token ids.
            mask (Tensor): (B, M, L), True where real.

        Returns:
            Tensor: (B, M, d_model).
        """
        batch, candidates = tokens.shape[:2]
        tokens, mask = tokens.flatten(0, 1), mask.flatten(0, 1)
        embed = self._embed
        if self.skip_padding:
            on_gpu = tokens.device.type != 'cpu'
            embed = (self._embed_flat if self.flat_tokens.get(on_gpu)
                     else partial(encode_by_length, self._embed))
            if not self.encoder.training:
                embed = partial(encode_distinct, embed)
        return embed(tokens, mask).view(batch, candidates, -1)

    def _embed(self, tokens: Tensor, mask: Tensor) -> Tensor:
        """Embed texts (N, L), as they are padded: (N, d_model)."""
        # RoBERTa derives positions from which ids are padding.
        tokens = tokens.masked_fill(~mask, self.padding_id)
        # cuDNN, torch's first choice on a GPU, plans for each new shape anew.
        with sdpa_kernel(KERNELS):
            states = (self.encoder(
                input_ids=tokens, attention_mask=mask.long()
            ).last_hidden_state if self.cached_states is None else
                self.cached_states(tokens, mask))
        return self._pool(self.projection(states), mask)

    def _embed_flat(self, tokens: Tensor, mask: Tensor) -> Tensor:
        """Embed texts (N, L) by their real tokens: (N, d_model)."""
        places = find_places(mask)
        states = encode_flat(self.encoder, tokens.masked_fill(
            ~mask, self.padding_id), places)
        return self._pool(places.padded(self.projection(states)), mask)

    def _pool(self, words: Tensor, mask: Tensor) -> Tensor:
        """Pool words (N, L, d_model) to (N, d_model)."""
        scores = self.word_attention(words).squeeze(-1)
        weights = masked_softmax(scores, mask if self.mask_padding else None)
        return weighted_sum(words, weights)


def _cache_folder(cache: str, frozen: bool, mask_padding: bool) -> str:
    """Refuse to keep states that change, or are pooled over padding."""
    if not frozen or not mask_padding:
        raise InputError(
            'HFTextEncoder.cache', f'{cache!r} with frozen={frozen} and '
            f'mask_padding={mask_padding}', 'both True: states of a trained '
            'encoder change, and those of padding are not kept',
            'set frozen=True, or cache=None')
    place = Path(cache).absolute()
    if not cache or not next(
            each for each in (place, *place.parents) if each.exists()
            ).is_dir():
        raise InputError('HFTextEncoder.cache', describe(cache), 'a folder, '
                         'which is made where it is not there',
                         'name one, or set cache=None')
    return cache


def _recompute_layers(encoder: PreTrainedModel) -> None:
    """Switch the gradient checkpointing of transformers on."""
    if not encoder.supports_gradient_checkpointing:
        raise InputError(
            'HFTextEncoder.gradient_checkpointing',
            f'True for {type(encoder).__name__}, which transformers cannot '
            'checkpoint', 'a model that it can', 'set it to False')
    # The other kind gives no gradients where the input needs none.
    encoder.gradient_checkpointing_enable({'use_reentrant': False})


def _flat_tokens(encoder: Any, wanted: bool | None) -> dict[bool, bool]:
    """Say whether tokens are read as one stream, on a GPU and elsewhere."""
    able = runs_flat(encoder)
    if wanted and not able:
        raise InputError(
            'HFTextEncoder.flat_tokens', f'True for {type(encoder).__name__}',
            f'one of {", ".join(FAMILIES)}, with absolute positions and '
            "torch's attention", 'set it to None')
    return {True: able if wanted is None else wanted, False: bool(wanted)}


def _compile_layers(encoder: Any) -> None:
    """Compile each layer, for any number of tokens; names stay."""
    if not runs_flat(encoder):
        raise InputError(
            'HFTextEncoder.compile_layers',
            f'True for {type(encoder).__name__}',
            f'one of {", ".join(FAMILIES)}', 'set it to False')
    for layer in encoder.encoder.layer:
        layer.compile(dynamic=True)


def _configuration(fields: dict[str, Any]) -> PretrainedConfig:
    """Build a transformers configuration from the fields of a config."""
    model_type = fields.pop('model_type', None)
    if model_type is None:
        raise InputError('HFTextEncoder.config', 'no model_type',
                         'a transformers model type such as roberta',
                         "add model_type='roberta'")
    found: PretrainedConfig = AutoConfig.for_model(model_type, **fields)
    check_described(found, fields, 'HFTextEncoder.config')
    return found
