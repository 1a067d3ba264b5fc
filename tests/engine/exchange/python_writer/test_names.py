"""Names of Python for blocks whose ids say nothing."""

from __future__ import annotations

from app.engine.exchange.python_writer.names import Names, Words


def test_an_id_that_says_nothing_gives_way_to_the_symbol() -> None:
    """As enuSpace's own ids do, numbered as they come; what people have named stays."""
    words = Words(
        [
            ("ID_1eM6pA62", "MatMul"),
            ("ID_HY_SIGMOID", "Sigmoid"),
            ("ID_1eM6vY61", "MatMul"),
            ("w", "Variable"),
            ("ID_1eM6jr110", "Variable"),
            ("ID_1EM6JB25", "Const_ex"),
        ]
    )
    names = Names(frozenset({"variable_read"}), words)
    assert names.of("ID_1eM6jr110/read") == "variable_read_2"
    assert names.of("start of ID_1eM6jr110") == "start_of_variable"
    assert names.of("ID_HY_SIGMOID") == "ID_HY_SIGMOID"
    assert names.of("ID_1EM6JB25", upper=True) == "CONST"
    assert names.of("ID_1eM6vY61") == "mat_mul"
    assert names.within().of("ID_1eM6pA62") == "mat_mul_2"
