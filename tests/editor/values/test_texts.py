"""The texts of tensors: the first values."""

import numpy as np

from app.editor.values.texts import first_values, index_text


def test_values_come_first_in_row_major_order_also_from_a_transposed_array() -> None:
    assert first_values(np.arange(6).reshape(2, 3).T, 4) == "0, 3, 1, 4, …"
    assert index_text((2, 3)) == "[2][3]"
