"""The list of results beside the page."""

from typing import Any

import numpy as np

from app.editor.results.store import ResultStore
from app.engine.values.results import NoValue, TensorValue


def test_the_results_list_begins_with_the_inputs_of_failed_blocks(qtbot: Any) -> None:
    from app.editor.panels.results import ResultsPanel

    store = ResultStore()
    panel = ResultsPanel(store)
    qtbot.addWidget(panel)
    panel.show_page("page")
    store.put("page", {"x.y": NoValue("int32", "failed")}, 1, {"m.a": TensorValue("int32", np.arange(3))})
    panel.refresh()
    cells = [panel.model.index(0, c).data() for c in range(4)]
    assert cells == ["m.a  (input)", "int32", "[3]", "0, 1, 2"]
    with qtbot.waitSignal(panel.opened) as opened:
        panel.view.activated.emit(panel.model.index(0, 0))
    assert opened.args == ["m.a"]


def test_an_open_use_of_a_page_that_has_run_says_how_its_tensors_come(qtbot: Any) -> None:
    """A run gives what stands on the page, and what lies in the uses that are open then."""
    from app.editor.panels.results import ResultsPanel

    store = ResultStore()
    panel = ResultsPanel(store)
    qtbot.addWidget(panel)
    panel.show_page("layer")
    assert panel.empty.text().startswith("Run the page (F5)")
    store.put("main", {"layer1.y": TensorValue("int32", np.arange(3))}, 1)
    store.look_inside("layer", "main", "layer1/")
    panel.refresh()
    assert panel.empty.text().startswith("Run again (F5)")
    store.put(
        "main",
        {"layer1.y": TensorValue("int32", np.arange(3)), "layer1/sum.z": TensorValue("int32", np.arange(2))},
        2,
    )
    panel.refresh()
    assert panel.model.index(0, 0).data() == "sum.z"
    assert not panel.empty.isVisibleTo(panel)
    store.leave()
    panel.refresh()
    assert panel.empty.text().startswith("Run the page (F5)")
