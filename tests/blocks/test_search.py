"""What the search finds, and in which order."""

from __future__ import annotations

import pytest

from blocks.catalog import load
from blocks.search import Entry, Searcher
from blocks.synonyms import SYNONYMS


def searcher(*names: str, **helps: str) -> Searcher:
    return Searcher([Entry(name, name.lower()) for name in names], lambda name: helps.get(name, ""))


def test_the_better_a_word_fits_the_earlier_the_block_stands() -> None:
    names = ("BigMaximum", "TwoMax", "ArgMaximal", "Softmax", "Maximum", "Other", "Max")
    found = searcher(*names, Other="as max").find("max")
    assert found == ["Max", "Maximum", "TwoMax", "BigMaximum", "ArgMaximal", "Softmax", "Other"]


def test_all_words_must_fit() -> None:
    assert searcher("CropAndResize", "Crop", "Resize").find("resize crop") == ["CropAndResize"]


@pytest.mark.parametrize("words", ["matmul", "MatMul", "MATMUL", "mat mul"])
def test_case_and_gaps_do_not_matter(words: str) -> None:
    assert load().search(words)[0] == "MatMul"


def test_an_ops_name_finds_the_originals_block_first() -> None:
    assert load().search("ConcatV2")[0] == "Concat"
    assert load().search("RandomStandardNormal")[0] == "RandomNormal"


def test_blocks_that_no_page_can_run_come_last() -> None:
    catalog = load()
    found = [catalog.get(name).unavailable is None for name in catalog.search("fft")]
    assert found == sorted(found, reverse=True)
    assert True in found
    assert False in found


def test_no_words_give_the_whole_palette() -> None:
    assert load().search("  ") == load().names()


def test_categories_ops_and_help_are_searched_too() -> None:
    catalog = load()
    assert "AdjustContrast" in catalog.search("contrastv2")
    assert "DecodePng" in catalog.search("image_ops")
    assert "CropAndResizeGradImage" in catalog.search("gradient crop_and_resize image")
    assert catalog.search("nosuchwordanywhere") == []


@pytest.mark.parametrize(
    ("words", "block"),
    [
        ("dense", "MatMul"), ("Dense", "MatMul"), ("multiply matrices", "MatMul"), ("np.dot", "MatMul"),
        ("numpy.dot", "MatMul"), ("keras.layers.Dense", "MatMul"), ("tf.matmul", "MatMul"), ("@", "MatMul"),
        ("np.concatenate", "Concat"), ("hstack", "Concat"), ("np.conc", "Concat"), ("np.where", "Where"),
        ("tf.nn.conv2d", "Conv2D"), ("Conv2DTranspose", "Conv2DBackpropInput"), ("MaxPooling2D", "MaxPool"),
        ("average", "Mean"), ("np.random.randn", "RandomNormal"), ("sgd", "ApplyGradientDescent"),
        ("astype", "Cast"), ("flatten", "Reshape"), ("weights", "Variable"), ("softmax", "Softmax"),
    ],
)  # fmt: skip
def test_the_names_of_numpy_and_keras_and_everyday_words_find_the_block_first(words: str, block: str) -> None:
    assert load().search(words)[0] == block


def test_a_blocks_own_name_wins_over_what_others_are_called() -> None:
    """``sum`` is a word for an addition too, ``where`` one for a choice."""
    for name in ("Sum", "Where", "Max", "Print", "Fill", "Shape", "Transpose"):
        assert load().search(name.lower())[0] == name


def test_the_table_of_other_names_holds_symbols_and_phrases_in_lower_case() -> None:
    assert SYNONYMS.keys() <= set(load().names())
    for symbol, phrases in SYNONYMS.items():
        assert len(set(phrases)) == len(phrases), symbol
        assert symbol.lower() not in phrases
        assert all(phrase == phrase.lower().strip() for phrase in phrases), symbol
