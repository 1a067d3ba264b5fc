"""Values typed in the rows of blocks: where the editor stands, what it offers, and by which keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QHelpEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QToolTip

from app.document.model.diagram import PinRef, Wire
from app.document.resources.companion_files import Companions
from app.editor.canvas.interactions.attrs_form import AttrsForm
from app.editor.canvas.interactions.file_choice import FileChoice
from app.editor.canvas.items.thumbnails import Thumbnails
from app.editor.widgets.fields import ChoiceField, TickField
from tests.support.canvas_driver import CanvasDriver, page_of


@pytest.fixture
def d(qtbot) -> CanvasDriver:
    blocks = {
        "c": ("Const", (100, 100)), "sum": ("Sum", (300, 100)), "v": ("Variable", (500, 100)),
        "crop": ("CropAndResize", (100, 300)), "read": ("ReadFile", (300, 300)), "s": ("ClientSession", (500, 300)),
    }  # fmt: skip
    page = page_of(blocks, [("c.output", "sum.input")])
    page.blocks["c"].pins = {"val": "{1.0f,2.0f}"}
    driver = CanvasDriver(page)
    qtbot.addWidget(driver.canvas)
    return driver


def row(d: CanvasDriver, block: str, pin: str) -> tuple[float, float]:
    """Return a page point in the row of a pin, where its text stands."""
    return d.canvas.items.blocks[block].rect().right() - 30, d.input(block, pin)[1]


def text(d: CanvasDriver, block: str, pin: str) -> object:
    return d.page.blocks[block].pins.get(pin)


def press(d: CanvasDriver, key: Qt.Key) -> None:
    QTest.keyClick(d.canvas.pin_editor.field, key)


def test_a_text_is_edited_where_it_stands(d: CanvasDriver) -> None:
    d.double_click(row(d, "c", "val"))
    editor = d.canvas.pin_editor
    place = editor.field.mapTo(d.canvas, QPoint(0, 0))
    _, y = d.input("c", "val")
    assert editor.isVisible()
    assert place.y() <= y <= place.y() + editor.field.height()
    assert 100 < place.x() < 200, "in the block"
    assert editor.field.text() == "{1.0f,2.0f}"


def test_enter_edits_the_row_that_was_clicked(d: CanvasDriver) -> None:
    d.click(row(d, "c", "val"))
    assert d.canvas.overlay.marks.row is not None
    d.key(Qt.Key.Key_Return)
    assert d.canvas.pin_editor.isVisible()
    QTest.keyClicks(d.canvas.pin_editor.field, "7")
    press(d, Qt.Key.Key_Return)
    assert text(d, "c", "val") == "7"
    assert d.canvas.overlay.marks.row is None


def test_enter_wires_where_no_row_is_marked(d: CanvasDriver) -> None:
    for point in (d.body("c"), row(d, "sum", "input")):  # the title; a wired row takes no text
        d.click(point)
        assert d.canvas.overlay.marks.row is None
        d.key(Qt.Key.Key_Return)
        assert not d.canvas.pin_editor.isVisible()
        assert d.canvas.keyboard.wiring.active
        d.key(Qt.Key.Key_Escape)


def test_tab_goes_from_row_to_row_and_back(d: CanvasDriver) -> None:
    d.canvas.keyboard.focus("crop")
    d.key(Qt.Key.Key_E)
    names = []
    for _ in range(4):
        names.append(d.canvas.pin_editor.field.accessibleName())
        QTest.keyClicks(d.canvas.pin_editor.field, str(len(names)))
        press(d, Qt.Key.Key_Tab)
    assert names == ["crop.image", "crop.boxes", "crop.box_ind", "crop.crop_size"]
    press(d, Qt.Key.Key_Backtab)
    press(d, Qt.Key.Key_Escape)
    assert [text(d, "crop", n.partition(".")[2]) for n in names] == ["1", "2", "3", "4"]
    for _ in names:
        d.document.undo()
    assert d.page.blocks["crop"].pins == {}


def test_a_type_is_chosen_from_a_list(d: CanvasDriver) -> None:
    d.double_click(row(d, "v", "dtype"))
    editor = d.canvas.pin_editor
    assert "DT_FLOAT" in [editor.choices.item(i).text() for i in range(editor.choices.count())]
    QTest.keyClicks(editor.field, "int")
    offered = [editor.choices.item(i).text() for i in range(editor.choices.count())]
    assert offered
    assert all("INT" in name for name in offered)
    press(d, Qt.Key.Key_Down)
    press(d, Qt.Key.Key_Return)
    assert text(d, "v", "dtype") == offered[0]
    d.document.undo()
    assert text(d, "v", "dtype") is None


def test_a_click_takes_a_type(d: CanvasDriver) -> None:
    d.double_click(row(d, "v", "dtype"))
    choices = d.canvas.pin_editor.choices
    item = choices.findItems("DT_DOUBLE", Qt.MatchFlag.MatchExactly)[0]
    choices.scrollToItem(item)
    QTest.mouseClick(choices.viewport(), Qt.MouseButton.LeftButton, pos=choices.visualItemRect(item).center())
    assert text(d, "v", "dtype") == "DT_DOUBLE"
    assert not d.canvas.pin_editor.isVisible()


def test_attrs_are_given_one_by_one(d: CanvasDriver) -> None:
    d.double_click(row(d, "sum", "attrs"))
    (form,) = d.canvas.pin_editor.findChildren(AttrsForm)
    (tick, *_) = form.findChildren(TickField)
    QTest.mouseClick(tick.box, Qt.MouseButton.LeftButton, pos=QPoint(5, tick.box.height() // 2))
    assert text(d, "sum", "attrs") == "keep_dims_ = true;"
    assert d.canvas.pin_editor.field.text() == "keep_dims_ = true;"
    assert d.canvas.pin_editor.isVisible()
    QTest.keyClick(tick.box, Qt.Key.Key_Escape)
    assert text(d, "sum", "attrs") is None
    assert not d.canvas.pin_editor.isVisible()


def test_what_an_attr_may_be_is_offered(d: CanvasDriver) -> None:
    d.double_click(row(d, "crop", "attrs"))
    (form,) = d.canvas.pin_editor.findChildren(AttrsForm)
    method = next(f for f in form.findChildren(ChoiceField) if f.accessibleName() == "method_")
    assert [method.itemText(i) for i in range(method.count())] == ["bilinear", "nearest"]
    method.setCurrentText("nearest")
    assert "nearest" in str(text(d, "crop", "attrs"))


def test_a_tick_changes_at_once_and_is_undone(d: CanvasDriver) -> None:
    d.double_click(d.input("s", "SHOW_DEBUG"))
    assert not d.canvas.pin_editor.isVisible()
    assert text(d, "s", "SHOW_DEBUG") == "true"
    d.double_click(d.input("s", "SHOW_DEBUG"))
    assert text(d, "s", "SHOW_DEBUG") == "false"
    d.document.undo()
    d.document.undo()
    assert text(d, "s", "SHOW_DEBUG") is None


def test_a_file_is_chosen_from_the_row(d: CanvasDriver, tmp_path, monkeypatch) -> None:
    d.document.path = tmp_path / "p.tblocks"
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(tmp_path / "in" / "a.png"), ""))
    d.double_click(row(d, "read", "filename"))
    (choice,) = d.canvas.pin_editor.findChildren(FileChoice)
    choice.button.click()
    assert text(d, "read", "filename") == "in/a.png"
    assert d.canvas.pin_editor.field.text() == "in/a.png"
    press(d, Qt.Key.Key_Escape)
    assert text(d, "read", "filename") is None


def test_the_editor_goes_when_the_keyboard_does(d: CanvasDriver) -> None:
    d.double_click(row(d, "c", "val"))
    d.click((800, 600))
    assert not d.canvas.pin_editor.isVisible()


def test_a_row_that_gets_a_wire_takes_no_text(d: CanvasDriver) -> None:
    d.click(row(d, "sum", "axis"))
    d.page.wires.append(Wire(source=PinRef("c", "output"), target=PinRef("sum", "axis")))
    assert not d.canvas.pin_texts.edit_marked()


def test_the_tip_of_a_row_shows_its_text_whole(d: CanvasDriver, monkeypatch) -> None:
    long = "{" + ",".join(str(n) for n in range(200)) + "}"
    d.page.blocks["c"].pins["val"] = long
    shown: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda _place, words, *_: shown.append(words))
    place = d.canvas.viewer.viewportTransform().map(QPointF(*row(d, "c", "val"))).toPoint()
    viewport = d.canvas.viewer.viewport()
    event = QHelpEvent(QEvent.Type.ToolTip, place, viewport.mapToGlobal(place))
    QApplication.sendEvent(viewport, event)
    assert long in shown[0]


class TestThumbnails:
    @pytest.fixture
    def folder(self, tmp_path):
        folder = tmp_path / "project"
        folder.mkdir()
        image = QImage(300, 200, QImage.Format.Format_RGB32)
        image.fill(QColor("#ff0000"))
        image.save(str(folder / "a.png"))
        image.save(str(tmp_path / "outside.png"))
        (folder / "b.png").write_bytes(b"no picture")
        (folder / "link.png").symlink_to(tmp_path / "outside.png")
        return folder

    def test_a_picture_in_the_folder_comes_small_from_a_thread(self, folder, qtbot) -> None:
        pictures = Thumbnails(Companions.of(folder))
        with qtbot.waitSignal(pictures.changed):
            assert pictures.get("a.png") is None
        image = pictures.get("a.png")
        assert (image.width(), image.height()) == (160, 106)
        assert image.pixelColor(5, 5) == QColor("#ff0000")
        pictures.close()

    @pytest.mark.parametrize(
        "name", ["b.png", "gone.png", "link.png", "../outside.png", "a.txt", "", '"', "/etc/passwd.png"]
    )
    def test_what_is_no_picture_of_the_project_is_none(self, folder, name: str) -> None:
        assert Thumbnails(Companions.of(folder), at_once=True).get(name) is None

    def test_a_picture_that_would_fill_the_memory_is_not_read(self, folder) -> None:
        # a PNG's head says how large it is: 60,000 x 60,000 pixels in a file of a few bytes
        data = bytearray((folder / "a.png").read_bytes())
        data[16:24] = (60_000).to_bytes(4, "big") * 2
        (folder / "bomb.png").write_bytes(data)
        assert Thumbnails(Companions.of(folder), at_once=True).get("bomb.png") is None

    def test_nothing_is_read_where_nothing_is_the_project_s_own(self, folder) -> None:
        assert Thumbnails(None, at_once=True).get("a.png") is None
        unsaved = Companions(str(folder), is_saved=False)
        assert Thumbnails(unsaved, at_once=True).get("a.png") is None

    def test_a_row_shows_the_picture_that_its_text_names(self, folder, qtbot, d: CanvasDriver) -> None:
        d.page.blocks["read"].pins["filename"] = "a.png"
        d.canvas.look.thumbnails = Thumbnails(Companions.of(folder), at_once=True)
        d.canvas.renew_blocks(["read"])
        _, y = d.input("read", "filename")
        grab = d.canvas.viewer.grab().toImage()
        corner = d.canvas.viewer.viewportTransform().map(QPointF(300, y))
        reds = [
            x
            for x in range(100)
            if grab.pixelColor(int(corner.x()) + x, int(corner.y())) == QColor("#ff0000")
        ]
        assert 8 <= len(reds) <= 14
