"""What stands in the cells of a table: of a list, each element by its name."""

import numpy as np

from app.editor.tensor_views.sheets import ListSheet
from app.editor.values.formats import NumberFormat


def test_a_list_names_each_element_as_the_original_does() -> None:
    array = np.arange(3675, dtype=np.float32).reshape(1, 35, 35, 3)
    sheet = ListSheet(array, "result_output", "float32", NumberFormat())
    assert sheet.rows == 3675
    row = 35 * 3 + 4
    assert sheet.texts(range(row, row + 1), range(3)) == [["float32", "result_output[0][1][1][1]", "109.0"]]
    assert sheet.cell((0, 1, 1, 1)) == (109, 2)
