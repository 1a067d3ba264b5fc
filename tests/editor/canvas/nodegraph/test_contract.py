"""The contract with NodeGraphQt 0.6.44: each name that we use or override does what we count on."""

from __future__ import annotations

import importlib.metadata
import inspect
import re
import subprocess
import sys
from pathlib import Path

import NodeGraphQt
import pytest
from NodeGraphQt import NodeGraph
from NodeGraphQt.base.model import NodeModel
from NodeGraphQt.base.node import NodeObject
from NodeGraphQt.qgraphics.pipe import PipeItem
from NodeGraphQt.widgets.scene import NodeScene
from NodeGraphQt.widgets.viewer import NodeViewer
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGraphicsItem

from app.editor.canvas.interactions.fading import Fading
from app.editor.canvas.items.block_item import BlockItem
from app.editor.canvas.items.wire_item import WireItem
from app.editor.canvas.items.wire_texts import WireTexts
from app.editor.canvas.nodegraph.graph import CanvasGraph
from app.editor.canvas.nodegraph.imports import loose_version
from app.editor.canvas.nodegraph.item_bases import BlockItemBase, WireItemBase
from app.editor.canvas.nodegraph.qt_members import USED
from app.editor.canvas.nodegraph.viewer import CanvasViewer
from app.editor.canvas.overlays.overlay import Overlay
from tests.support.canvas_driver import ALT, SHIFT, page_of

ROW = {"a": ("Const", (40.0, 60.0)), "b": ("Negate", (240.0, 60.0))}


def test_the_pinned_version_is_installed() -> None:
    assert importlib.metadata.version("NodeGraphQt") == "0.6.44"


def test_the_canvas_comes_without_what_it_never_uses() -> None:
    """The first page waits neither for setuptools nor for other parts of Qt; what NodeGraphQt saw instead is gone."""
    script = """
import sys
import app.editor.canvas.nodegraph.graph
unused = {"distutils", "setuptools", "pkg_resources", "QtSiteConfig", "PySide6.QtNetwork", "PySide6.QtQuick"}
print(sorted(unused & set(sys.modules)))
"""
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_all_that_the_library_uses_of_qt_is_imported() -> None:
    """Its source names each class by its module, ``QtWidgets.QMenu``; of one that is left out it would fail late."""
    folder = Path(NodeGraphQt.__file__).parent
    texts = [path.read_text(encoding="utf-8") for path in folder.rglob("*.py")]
    used = {name for text in texts for name in re.findall(r"\b(Qt(?:Core|Gui|Svg|Widgets))\.(\w+)", text)}
    assert used <= {(module, name) for module, names in USED.items() for name in names}
    assert not any(re.search(r"from Qt\.\w+ import", text) for text in texts)


@pytest.mark.parametrize(
    ("versions", "newer"),
    [(("6.8.1", "5.10"), True), (("5.9.7", "5.10"), False), (("5.10", "5.10"), True)],
)
def test_versions_compare_by_their_numbers(versions: tuple[str, str], newer: bool) -> None:
    """NodeGraphQt asks whether Qt is at least 5.10."""
    mine, least = versions
    assert (loose_version(mine) >= loose_version(least)) is newer


@pytest.mark.parametrize(
    ("ours", "base"),
    [
        (CanvasViewer, NodeViewer),
        (CanvasGraph, NodeGraph),
        (WireItemBase, PipeItem),
    ],
)
def test_the_classes_are_the_librarys(ours: type, base: type) -> None:
    assert issubclass(ours, base)


@pytest.mark.parametrize(
    ("cls", "names"),
    [
        (NodeViewer, ["_update_scene", "sceneMousePressEvent", "sceneMouseMoveEvent", "sceneMouseReleaseEvent",
                      "qaction_for_undo", "qaction_for_redo"]),
        (NodeGraph, ["_register_builtin_nodes", "_wire_signals", "viewer"]),
        (PipeItem, ["itemChange", "paint", "hoverEnterEvent", "hoverLeaveEvent"]),
    ],
)  # fmt: skip
def test_every_override_overrides_something(cls: type, names: list[str]) -> None:
    for name in names:
        assert name in vars(cls), f"{cls.__name__}.{name} is gone: our override does nothing"


def test_a_node_needs_nothing_of_its_item_but_what_ours_has() -> None:
    """Our blocks are no items of the library: a node needs of its item what it writes into it while it is made."""
    written = set(re.findall(r"self\._view\.(\w+) =", inspect.getsource(NodeObject.__init__)))
    assert written == {"type_", "name", "id", "layout_direction"}
    assert written <= {*vars(BlockItemBase), *vars(BlockItemBase("a"))}


@pytest.mark.parametrize("item", [BlockItem, WireItem, Overlay, Fading, WireTexts])
def test_qt_knows_the_bounds_of_what_a_page_has_without_asking_python(item: type[QGraphicsItem]) -> None:
    """It asks for those of every item again and again: in Python that was a third of an edit of a large page."""
    found = next(vars(cls)["boundingRect"] for cls in item.__mro__ if "boundingRect" in vars(cls))
    assert not inspect.isfunction(found)


def test_the_constructors_still_make_what_we_take_away() -> None:
    made = inspect.getsource(NodeViewer.__init__)
    for name in ("_cursor_text", "_LIVE_PIPE", "_SLICER_PIPE", "_search_widget"):
        assert f"self.{name} =" in made
    assert "self._viewer" in inspect.getsource(NodeGraph.__init__)
    assert "self._model.type_" in inspect.getsource(NodeObject.__init__)
    assert "self._input_port" in inspect.getsource(PipeItem.__init__)
    assert hasattr(NodeModel(), "id")


def test_the_scene_calls_the_viewer_for_mouse_events_that_reach_it() -> None:
    assert "sceneMousePressEvent" in inspect.getsource(NodeScene.mousePressEvent)


def test_node_graph_lists_the_documents_blocks_by_their_ids(drive) -> None:
    d = drive(page_of(ROW))
    assert sorted(n.id for n in d.canvas.graph.all_nodes()) == ["a", "b"]
    assert d.canvas.graph.get_node_by_id("a").view is d.canvas.items.blocks["a"]
    d.canvas.selection.choose_ids(["a"])
    d.canvas.selection_actions.delete()
    assert [n.id for n in d.canvas.graph.all_nodes()] == ["b"]


def test_no_gesture_reaches_the_librarys_model_or_undo_stack(drive) -> None:
    d = drive(page_of(ROW))
    d.drag(d.output("a"), d.input("b", "x"))
    d.drag(d.body("b"), (300, 400))
    d.drag((500, 500), (10, 10))
    d.drag((500, 500), (520, 600), ALT)
    d.drag((500, 500), (10, 10), ALT | SHIFT)  # the library's wire slicer
    d.double_click(d.body("a"))
    d.click(d.body("a"), SHIFT)
    assert d.canvas.graph.stack.stray == []
    assert d.canvas.graph.stack.count() == 0
    assert d.wires() == [("a.output", "b.x")]
    d.items_agree()


def test_the_librarys_shortcuts_are_gone(drive) -> None:
    d = drive(page_of(ROW))
    viewer = d.canvas.viewer
    assert viewer.qaction_for_undo().shortcuts() == []
    assert viewer.qaction_for_redo().shortcuts() == []
    d.document.history.mark_saved()
    d.drag(d.body("a"), (300, 400))
    d.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)  # the window's, not the library's
    assert d.at("a") != (40.0, 60.0)


def test_resizing_keeps_zoom_and_corner(drive) -> None:
    d = drive(page_of(ROW))
    d.canvas.viewer.set_zoom_at(1.5, d.canvas.viewer.rect().topLeft().toPointF())
    before = d.canvas.viewer.visible_rect().topLeft()
    d.canvas.resize(700, 500)
    after = d.canvas.viewer.visible_rect().topLeft()
    assert d.canvas.viewer.zoom() == 1.5
    assert (before - after).manhattanLength() < 1


def test_the_librarys_search_menu_goes_with_its_view(drive) -> None:
    """It comes without a parent: every page that is closed would leave one behind."""
    viewer = drive(page_of(ROW)).canvas.viewer
    assert viewer._search_widget.parent() is viewer
    assert not viewer._search_widget.isVisible()
