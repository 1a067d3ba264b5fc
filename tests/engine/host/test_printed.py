"""What blocks print, apart from TensorFlow's own log."""

from __future__ import annotations

import pytest

from app.engine.host.printed import PrintedLines, printed

LOG = [
    "I0000 00:00:1795865488.998127   10427 mlir_graph_optimization_pass.cc:437] MLIR V1 optimization pass is off\n",
    "W1128 11:31:02.102966   24874 cpu_feature_guard.cc:227] This TensorFlow binary is optimized\n",
    "2024-03-01 10:00:00.123456: I tensorflow/core/platform/cpu_feature_guard.cc:210] This TensorFlow binary\n",
    "To enable the following instructions: AVX2 FMA, in other operations, rebuild TensorFlow.\n",
]


def test_lines_of_the_log_are_left_out_and_all_others_stay():
    text = f"{LOG[0]}hello[7 8]\n{LOG[1]}{LOG[2]}{LOG[3]}I am 2024-03-01\n\nend"
    assert printed(text) == "hello[7 8]\nI am 2024-03-01\n\nend"


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_pieces_give_the_same_as_the_whole(size):
    text = f"first\n{LOG[0]}{LOG[2]}second\nlast"
    lines = PrintedLines()
    pieces = [lines.add(text[i : i + size]) for i in range(0, len(text), size)]
    assert "".join([*pieces, lines.finish()]) == "first\nsecond\nlast\n"
