import pytest
import torch
from transformers import AutoModel, AutoTokenizer

from cra_plugin.annotations.annotation_set import AnnotationSet
from cra_plugin.errors import InputError
from cra_plugin.simulation import text_model
from cra_plugin.simulation.text_model import (
    FILES,
    TextModelSettings,
    annotation_texts,
    random_roberta,
    write_text_model,
)
from cra_plugin.structures.video_question import VideoQuestion

TEXTS = ['what did the boy do near the sofa', 'wave hands', 'clap',
         'why did the élève laugh']
SETTINGS = TextModelSettings(
    hidden_size=16, num_layers=1, num_heads=2, vocab_size=300)


@pytest.fixture(scope='module')
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp('models') / 'text_model'
    assert write_text_model(TEXTS, folder, SETTINGS) == 300
    return folder


@pytest.fixture(scope='module')
def tokenizer(folder):
    return AutoTokenizer.from_pretrained(folder)


def test_special_ids_are_those_of_roberta(tokenizer):
    names = ['<s>', '<pad>', '</s>', '<unk>', '<mask>']
    assert tokenizer.convert_tokens_to_ids(names) == [0, 1, 2, 3, 4]
    assert (tokenizer.bos_token_id, tokenizer.pad_token_id,
            tokenizer.eos_token_id, tokenizer.unk_token_id,
            tokenizer.mask_token_id) == (0, 1, 2, 3, 4)
    assert (tokenizer.cls_token_id, tokenizer.sep_token_id) == (0, 2)
    assert len(tokenizer) == 300


@pytest.mark.parametrize('text', TEXTS + ['Zebra 犬 ñ 3.5!'])
def test_texts_survive(tokenizer, text):
    ids = tokenizer(text)['input_ids']
    assert ids[0] == 0
    assert ids[-1] == 2
    assert 3 not in ids
    assert tokenizer.decode(ids, skip_special_tokens=True) == text


def test_pairs_are_joined_as_in_roberta(tokenizer):
    ids = tokenizer('clap', 'clap')['input_ids']
    word = ids[1:ids.index(2)]
    assert ids == [0, *word, 2, 2, *word, 2]


def test_separator_within_a_text_is_one_token(tokenizer):
    ids = tokenizer('wave hands </s> clap')['input_ids']
    assert ids.count(2) == 2


def test_frequent_words_are_shorter_than_their_letters(tokenizer):
    assert len(tokenizer.tokenize('what did the boy do')) < 10


def test_loaded_model_runs_and_pads(folder, tokenizer):
    model = AutoModel.from_pretrained(folder).eval()
    assert model.config.model_type == 'roberta'
    short = tokenizer(['clap'], return_tensors='pt')
    padded = tokenizer(['clap', TEXTS[0]], padding=True, return_tensors='pt')
    with torch.no_grad():
        alone = model(**short).last_hidden_state[0]
        together = model(**padded).last_hidden_state[0]
    assert together.shape[-1] == 16
    torch.testing.assert_close(together[:len(alone)], alone, atol=1e-5,
                               rtol=1e-4)


def test_longest_allowed_text_fits(folder, tokenizer):
    model = AutoModel.from_pretrained(folder).eval()
    batch = tokenizer('x ' * 500, truncation=True, return_tensors='pt')
    assert batch['input_ids'].shape == (1, 128)
    with torch.no_grad():
        assert model(**batch).last_hidden_state.shape == (1, 128, 16)


def test_same_seed_same_bytes(folder, tmp_path):
    write_text_model(TEXTS[::-1], tmp_path / 'again', SETTINGS)
    for name in ('tokenizer.json', 'model.safetensors', 'config.json'):
        first, second = folder / name, tmp_path / 'again' / name
        assert first.read_bytes() == second.read_bytes()


def test_random_state_of_torch_is_left_alone():
    torch.manual_seed(7)
    expected = torch.rand(3)
    torch.manual_seed(7)
    model = random_roberta(SETTINGS, 300)
    torch.testing.assert_close(torch.rand(3), expected)
    other = random_roberta(
        TextModelSettings(16, 1, 2, 300, seed=1), 300)
    weights = [one.embeddings.word_embeddings.weight for one in (model, other)]
    assert not torch.equal(*weights)


def test_annotation_texts_are_distinct_and_sorted():
    questions = [
        VideoQuestion('1', qid, 'why', ('b', 'a'), 0) for qid in '01'
    ]
    annotations = AnnotationSet(
        questions, paraphrases={'1_0': ('wherefore', )})
    assert annotation_texts(annotations) == ['a', 'b', 'wherefore', 'why']


@pytest.mark.parametrize('bad', [
    dict(vocab_size=260), dict(hidden_size=0), dict(num_layers=0),
    dict(hidden_size=30, num_heads=4), dict(seed=-1), dict(dropout=1.5),
    dict(dropout=float('nan'))
])
def test_bad_settings(bad):
    with pytest.raises(InputError, match=next(iter(bad))):
        TextModelSettings(**bad)


def test_no_texts(tmp_path):
    with pytest.raises(InputError, match='no texts'):
        write_text_model([], tmp_path, SETTINGS)


def test_a_model_of_others_is_found_before_the_work(tmp_path, monkeypatch):
    (tmp_path / FILES[0]).write_text('{"model_type": "bert"}')
    monkeypatch.setattr(text_model, 'train_tokenizer', None)
    with pytest.raises(InputError, match=r'config\.json: found a file'):
        write_text_model(TEXTS, tmp_path, SETTINGS)


def test_its_files_are_known_beforehand(folder):
    assert {path.name for path in folder.iterdir()} >= {
        *FILES, text_model.RECORD_FILE}
