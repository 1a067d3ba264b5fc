"""Help texts as Markdown: code in the fixed-width face, entries as lists, nothing loaded, no HTML, no word lost."""

import re
from typing import Any

import pytest
from PySide6.QtGui import QDesktopServices, QTextFormat
from PySide6.QtWidgets import QApplication

from app.editor.properties.help_text import help_markdown, plain_markdown
from app.editor.widgets.help_view import HelpView
from app.editor.widgets.theme import MONO_FONTS
from blocks.catalog import load


def test_entries_become_lists_and_code_is_fenced() -> None:
    text = (
        "First line\nsecond line.\n\nArgs:\n  x: A `Tensor` of\n    some type.\n  y: Another:\n\n"
        "        y = [[1, 2],\n             [3, 4]]\n    and more.\n\nReturns:\n  A `Tensor`.\n\n"
        "```python\na = 1\nb = 2\n```\n\n>>> c = 3\n>>> d\n[3]\n\nEnd.\n"
    )
    assert help_markdown(text).split("\n") == [
        "First line", "second line.", "", "**Args**", "", "- `x`: A `Tensor` of some type.", "- `y`: Another:", "",
        "  ```", "  y = [[1, 2],", "       [3, 4]]", "  ```", "", "  and more.", "", "**Returns**", "",
        "A `Tensor`.", "", "```", "a = 1", "b = 2", "```", "", "```", ">>> c = 3", ">>> d", "[3]", "```", "", "End.",
    ]  # fmt: skip


def test_matrices_drawn_with_letters_and_indented_lines_are_code() -> None:
    text = "The matrix\n[[1, 0]\n [0, 1]]\nis one:\n\n    out[i] = in[i]\n\nDone."
    assert help_markdown(text).count("```") == 4
    assert "```\n[[1, 0]\n [0, 1]]\n```" in help_markdown(text)
    assert "```\nout[i] = in[i]\n```" in help_markdown(text)


def test_html_pictures_and_formulas_are_gone() -> None:
    text = '<div style="width:70%">\n<img src="http://x/y.png" alt>\n</div>\nSee ![a plan](http://x/z.png): '
    text += "\\\\(y = |x|\\\\)."
    assert help_markdown(text) == "See a plan: `y = |x|`."


def test_links_of_foreign_texts_are_plain() -> None:
    text = "More [here](http://example.org/a)."
    assert help_markdown(text) == text
    assert help_markdown(text, links=False) == "More here (http://example.org/a)."


def _words(text: str) -> list[str]:
    return re.findall(r"[A-Za-z]\w{3,}", text)


def test_no_help_of_the_catalog_loses_a_word_or_holds_html() -> None:
    catalog = load()
    for name in catalog.names():
        text = catalog.help(name)
        made = help_markdown(text)
        fences = [line.strip() for line in made.split("\n") if line.strip().startswith("```")]
        assert len(fences) % 2 == 0, name
        outside = re.sub(r"```.*?```", "", made, flags=re.DOTALL)
        assert not re.search(r"<(div|img|br|table)\b", outside), name
        bare = re.sub(r"<[^>\n]*>|!\[[^\]]*\]\([^)]*\)|``` ?\w+", "", text)
        known = set(_words(made))
        assert [word for word in _words(bare) if word not in known] == [], name


@pytest.mark.parametrize("text", ["a * b_c [x](y) <i>", "# no head", "`x` ~~y~~ | z", "1\\2"])
def test_a_plain_text_is_shown_as_it_is(qtbot: Any, text: str) -> None:
    view = HelpView(plain_markdown(text))
    qtbot.addWidget(view)
    assert view.toPlainText() == text


def test_code_is_shown_in_the_fixed_width_face_and_all_of_the_text_has_room(qtbot: Any) -> None:
    view = HelpView(help_markdown(load().help("BatchToSpace")))
    qtbot.addWidget(view)
    view.resize(260, 100)
    view.show()
    block = view.document().find("crops = [[").block()
    assert block.blockFormat().hasProperty(QTextFormat.Property.BlockCodeFence)
    assert block.begin().fragment().charFormat().fontFamilies() == list(MONO_FONTS)
    assert view.height() >= view.document().size().height()
    assert view.verticalScrollBar().maximum() == 0
    wide, high = view.width(), view.height()
    view.resize(2 * wide, high)
    qtbot.waitUntil(lambda: view.height() < high)


def test_nothing_is_loaded_and_a_click_opens_the_web_only(
    qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toString()))
    view = HelpView("![p](file:///etc/passwd) [a](http://example.org/) [b](file:///etc/passwd)")
    qtbot.addWidget(view)
    view.show()
    assert view.loadResource(2, "file:///etc/passwd") is None
    for url in ("http://example.org/", "file:///etc/passwd", "javascript:alert(1)"):
        view.anchorClicked.emit(url)
    assert opened == ["http://example.org/"]
    assert isinstance(QApplication.instance(), QApplication)
