"""The fields never lose or refuse a text; the checks say how it reads; the grid writes what it shows."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStyleOptionViewItem

from app.document.checks.typed_text import check_attr, check_text, file_text
from app.document.literals.attrs import read_attrs, set_attr
from app.editor.properties.grid_editor import GridEditor
from app.editor.properties.grid_text import Cells, read_cells, resized, write_cells
from app.editor.widgets.fields import ChoiceField, TextField, TickField
from app.messages import sentence_text
from blocks.catalog import load
from blocks.symbol import Attr, Symbol


@pytest.mark.parametrize(
    ("kind", "text", "dtype", "note"),
    [
        ("tensor", "{{1.0f,2.0f},{3,4}}", None, "float32 [2, 2]"),
        ("tensor", "5", None, "int32 []"),
        ("tensor", "{a, b}", "DT_STRING", "string [2]"),
        ("list(tensor)", "{1,2},{3}", None, "2 tensors: int32 [2], int32 [1]"),
        ("shape", "{2,-1}", None, "[2, ?]"),
        ("type", "DT_HALF", None, "float16"),
    ],
)
def test_a_right_text_is_named_by_dtype_and_shape(kind: str, text: str, dtype: str | None, note: str) -> None:
    check = check_text(kind, text, dtype)  # type: ignore[arg-type]
    assert (check.ok, sentence_text(check.note)) == (True, note)


def test_a_wrong_text_is_explained_with_its_place() -> None:
    check = check_text("tensor", "{{1,2},{3}}")
    assert not check.ok
    assert "position 9" in sentence_text(check.note)


def test_an_attr_names_the_words_it_takes() -> None:
    attr = Attr(name="method_", kind="string", attr="method", allowed=("bilinear", "nearest"))
    symbol = Symbol(name="Resize", category="image", title=("Resize",), attrs=(attr,))
    assert check_attr(symbol, attr, "bilinear").ok
    check = check_attr(symbol, attr, "cubic")
    assert not check.ok
    assert "bilinear, nearest" in sentence_text(check.note)


@pytest.mark.parametrize(
    ("symbol", "name", "text", "ok"),
    [
        ("DecodeJpeg", "ratio_", "2", True),
        ("DecodeJpeg", "ratio_", "3", False),
        ("DecodePng", "channels_", "5", False),
        ("EncodeJpeg", "quality_", "101", False),
        ("TFRecordReader", "compression_type_", "GZIP", True),
        ("TFRecordReader", "compression_type_", "gzip", False),
        ("DecodeCSV", "field_delim_", ";", True),
        ("DecodeCSV", "field_delim_", '"\\t"', True),
        ("DecodeCSV", "field_delim_", "tab", False),
        ("Conv3D", "data_format_", "NHWC", True),
        ("Conv3D", "data_format_", "HWC", False),
        ("ResizeBilinear", "align_corners_", "perhaps", False),
    ],
)
def test_an_attr_is_right_while_it_is_typed_where_the_check_of_the_page_accepts_it(
    symbol: str, name: str, text: str, ok: bool
) -> None:
    """Also what only the op's kernel refuses, and delimiters of more than one character."""
    known = load().get(symbol)
    assert known is not None
    attr = next(a for a in known.attrs if a.name == name)
    assert check_attr(known, attr, text).ok == ok
    _, problems = read_attrs(set_attr("", name, text), known)
    assert ("error" not in {p.severity for p in problems}) == ok


def test_a_file_in_the_folder_is_named_relative_to_it(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    assert file_text(str(tmp_path / "a" / "x.png"), tmp_path) == "a/x.png"
    assert file_text(str(tmp_path / "x,y.png"), tmp_path) == '"x,y.png"'
    outside = tmp_path.parent / "y.png"
    assert file_text(str(outside), tmp_path) == outside.resolve().as_posix()


def test_typing_reports_every_letter_and_never_refuses(qtbot: object) -> None:
    field = TextField()
    qtbot.addWidget(field)  # type: ignore[attr-defined]
    seen: list[str] = []
    field.edited.connect(seen.append)
    field.show_text("{1")
    assert seen == []  # what the document says is no edit
    field.moveCursor(field.textCursor().MoveOperation.End)
    qtbot.keyClicks(field, ",2}")  # type: ignore[attr-defined]
    assert seen == ["{1,", "{1,2", "{1,2}"]
    field.set_wrong(True)
    assert field.text() == "{1,2}"


def test_line_breaks_and_tabs_of_a_text_stay(qtbot: object) -> None:
    field = TextField()
    qtbot.addWidget(field)  # type: ignore[attr-defined]
    field.show_text("a_ = 1;\n\tb_ = 2;")
    seen: list[str] = []
    field.edited.connect(seen.append)
    field.moveCursor(field.textCursor().MoveOperation.End)
    qtbot.keyClicks(field, "x")  # type: ignore[attr-defined]
    assert seen == ["a_ = 1;\n\tb_ = 2;x"]
    qtbot.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)  # type: ignore[attr-defined]
    assert seen[-1].endswith("x\n")


def test_escape_gives_the_text_back(qtbot: object) -> None:
    field = TextField()
    qtbot.addWidget(field)  # type: ignore[attr-defined]
    field.show_text("before")
    field.show()
    with qtbot.waitExposed(field):  # type: ignore[attr-defined]
        field.activateWindow()
        field.setFocus()
    qtbot.keyClicks(field, "x")  # type: ignore[attr-defined]
    qtbot.keyClick(field, Qt.Key.Key_Escape)  # type: ignore[attr-defined]
    assert field.text() == "before"


def test_a_choice_takes_any_text(qtbot: object) -> None:
    field = ChoiceField(["DT_FLOAT", "DT_INT32"])
    qtbot.addWidget(field)  # type: ignore[attr-defined]
    seen: list[str] = []
    field.edited.connect(seen.append)
    qtbot.keyClicks(field.lineEdit(), "nonsense")  # type: ignore[attr-defined]
    assert field.text() == "nonsense"
    assert seen[-1] == "nonsense"


def test_an_empty_choice_says_in_the_list_what_the_empty_field_says(qtbot: object) -> None:
    field = ChoiceField(["", "/cpu:0"], "the page's")
    qtbot.addWidget(field)  # type: ignore[attr-defined]
    field.show()
    qtbot.keyClick(field, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)  # type: ignore[attr-defined]
    options = [QStyleOptionViewItem(), QStyleOptionViewItem()]
    for row, option in enumerate(options):
        field.itemDelegate().initStyleOption(option, field.model().index(row, 0))
    assert [option.text for option in options] == ["the page's", "/cpu:0"]
    field.setCurrentIndex(0)
    assert field.text() == ""


def test_a_tick_shows_the_default_until_it_is_set(qtbot: object) -> None:
    field = TickField(True)
    qtbot.addWidget(field)  # type: ignore[attr-defined]
    field.show()
    assert field.box.isChecked()
    assert field.note.text() == "default"
    with qtbot.waitSignal(field.edited) as caught:  # type: ignore[attr-defined]
        qtbot.mouseClick(field.box, Qt.MouseButton.LeftButton)  # type: ignore[attr-defined]
    assert caught.args == ["false"]


@pytest.mark.parametrize(
    "text", ["5", "{1,2}", "{{1.0f,2.0f},{3,4}}", "{{{1,2},{3,4}},{{5,6},{7,8}}}", '{"a","b c"}']
)
def test_the_grid_writes_what_it_has_read(text: str) -> None:
    assert write_cells(*read_cells(text, None)) == text


def test_strings_with_quotes_and_commas_survive_the_grid() -> None:
    cells = read_cells('{"a, \\"b\\"", "c"}', "DT_STRING")
    assert cells.texts == ['a, "b"', "c"]
    assert read_cells(write_cells(*cells), "DT_STRING") == cells


def test_a_grid_made_larger_keeps_its_elements_at_their_indices() -> None:
    grown = resized(Cells((2, 2), ["1", "2", "3", "4"], False), (3, 3), "0")
    assert write_cells(*grown) == "{{1,2,0},{3,4,0},{0,0,0}}"
    assert resized(grown, (2, 2), "0").texts == ["1", "2", "3", "4"]


def test_the_grid_editor_shows_slices_and_judges_cells(qtbot: object) -> None:
    editor = GridEditor("a.input", "{{{1,2},{3,4}},{{5,6},{7,8}}}", "DT_FLOAT")
    qtbot.addWidget(editor)  # type: ignore[attr-defined]
    editor.slice.setValue(1)
    index = editor.model.index(1, 0)
    assert index.data() == "7"
    editor.model.setData(index, "x")
    assert "x" in editor.verdict.text()
    editor.model.setData(index, "7.5")
    assert editor.verdict.text() == "float32 [2, 2, 2]"
    assert editor.text() == "{{{1,2},{3,4}},{{5,6},{7.5,8}}}"


def test_cells_can_be_pasted_from_a_spreadsheet(qtbot: object) -> None:
    editor = GridEditor("a.input", "{{0,0},{0,0}}", None)
    qtbot.addWidget(editor)  # type: ignore[attr-defined]
    editor.model.paste(0, 0, "1\t2\n3\t4\n")
    assert editor.text() == "{{1,2},{3,4}}"
