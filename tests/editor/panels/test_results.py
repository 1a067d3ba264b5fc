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
