"""Pages of later versions: other names for the library, pages for the web, elements that nobody knows yet."""

from __future__ import annotations

from xml.sax.saxutils import quoteattr

import pytest

from app.document.checks.page import check_page
from app.document.formats.enuspace import read_page
from app.document.model.sentence import quote, say
from blocks.catalog import load
from tests.support.enuspace_pages import line, link, pin, use, write_page
from tests.support.words import holds


def typed(name, value, shape="", word="string"):
    """A pin's value as version 4 writes it."""
    return pin(name, value, shape, word).replace("var-type=", "type=")


def web(name, value="", word="string", direction="input"):
    """A pin's value as a page for the web holds it, in the symbol's own pin."""
    return (
        f'<pg-pin type="{word}" variable="{name}" pin-type="{direction}" initial={quoteattr(value)} auto="true">\n'
        '<circle r="5.00" fill="rgb(128,128,128)"></circle></pg-pin>\n'
    )


def sum_page(tmp_path, kind):
    """Two matrices, their sum and a session, in a library of that name."""
    matrix = typed("val", "{1,2,3,4}", "[2][2]", "double")
    elements = [
        use("s", "ClientSession", typed("device", "/cpu:0"), kind=kind),
        use("a", "Const", matrix, typed("result_output", "{1,2,3,4}", "[2][2]", "double"), kind=kind),
        use("b", "Const", matrix, kind=kind),
        use("z", "Add", typed("x", ""), typed("result_z", "{2,4,6,8}", "[2][2]", "double"), kind=kind),
        link("a.output", "z.x"),
        link("b.output", "z.y"),
        link("z.z", "s.fetch_outputs"),
    ]
    return write_page(tmp_path, elements)


KINDS = [
    "enu_tensorflow2_0",
    "enu_tensorflow2_1",
    "TensorFlow",
    "enuTensorFlow_lite",
    "enu_tf3",
    "tensor_flow",
    "",
]


@pytest.mark.parametrize("kind", KINDS)
def test_every_library_for_tensorflow_is_read_whatever_its_version(tmp_path, kind):
    read = read_page(sum_page(tmp_path, kind))
    assert [block.symbol for block in read.page.blocks.values()] == ["ClientSession", "Const", "Const", "Add"]
    assert [f"{wire.source} {wire.target}" for wire in read.page.wires] == [
        "a.output z.x", "b.output z.y", "z.z s.fetch_outputs",
    ]  # fmt: skip
    assert read.page.blocks["a"].pins == {"val": "{{1.0,2.0},{3.0,4.0}}"}
    saved = read.saved()["z.z"]
    assert (saved.dtype, saved.shape, tuple(saved.values)) == ("DT_DOUBLE", (2, 2), (2, 4, 6, 8))
    assert (read.problems, read.notes, check_page(read.page, load())) == ([], [], [])


def ends(source, target):
    """What a report calls a wire by."""
    return say("enuspace.wire", source=source, target=target)


@pytest.mark.parametrize("kind", ["logic", "enu_spice", "netflow", "utf8"])
def test_other_libraries_are_not_for_tensorflow(tmp_path, kind):
    read = read_page(sum_page(tmp_path, kind))
    assert read.page.blocks == {}
    part = "Add" if kind == "logic" else say("enuspace.part-of", part="Add", library=kind)
    wires = (ends("a.output", "z.x"), ends("b.output", "z.y"), ends("z.z", "s.fetch_outputs"))
    left = say("enuspace.with-wires", part=say("enuspace.part", part=part, x=0, y=0), wires=wires)
    assert holds(tuple(read.report), line("z", "kept", left))


def test_a_page_for_the_web_holds_texts_and_results_in_the_pins_of_its_symbols(tmp_path):
    stray = ' id="Variable" type="node" pg-xcenter="0"\n<rect width="100" height="60"></rect>\n'
    names = (
        web("shape", "{2}")
        + web("dtype", "DT_DOUBLE")
        + web("initvalues", "{0.5f,3}")
        + web("scope", "scope")
    )
    result = web("result_ref[2]", "{4,9}", "double", "output")
    read = read_page(
        write_page(
            tmp_path,
            [
                use("v", "Variable", stray, names, web("ref", "", "string", "output"), result),
                use("m", "Mean", "<g>", web("axis", "0"), "</g>", web("attrs", "keep_dims_ =true;")),
                use(
                    "r",
                    "Const",
                    web("val", "0.001", "double"),
                    web("result_output", "0.001", "double", "output"),
                ),
                link("v.ref", "m.input"),
            ],
        )
    )
    held = {block.id: block.pins for block in read.page.blocks.values()}
    assert held == {
        "v": {"shape": "{2}", "dtype": "DT_DOUBLE", "initvalues": "{0.5f,3}"},
        "m": {"axis": "0", "attrs": "keep_dims_ =true;"},
        "r": {"val": "0.001"},
    }
    assert {key: (v.shape, tuple(v.values)) for key, v in read.saved().items()} == {
        "v.ref": ((2,), (4.0, 9.0)),
        "r.output": ((), (0.001,)),
    }
    assert tuple(read.snapshot()["v"].values) == (4.0, 9.0)
    assert read.problems == []


def test_what_is_set_on_a_placed_symbol_goes_before_what_the_symbol_holds(tmp_path):
    settings = (
        '<pg-attribute type="bool" variable="m_Debug" initial="FALSE"/><pg-attribute variable="m_rate" initial="7"/>'
        '<pg-attribute variable="m_name" initial="old"/><pg-set-attribute variable="#m_name" value="new"/>'
    )
    elements = [
        use("a", "Const", web("val", "1", "int"), typed("val", "{5,6}", "[2]", "int")),
        use("s", "ClientSession", settings),
    ]
    read = read_page(write_page(tmp_path, elements))
    assert read.page.blocks["a"].pins == {"val": "{5,6}"}
    assert read.report[2:] == [
        line("s", "kept", say("enuspace.setting", name="m_rate", value="7")),
        line("s", "kept", say("enuspace.setting", name="m_name", value="new")),
    ]


def test_no_run_starts_from_results_of_which_a_page_for_the_web_holds_the_first_value_only(tmp_path):
    start = web("dtype", "DT_DOUBLE") + web("shape", "{3}") + web("initvalues", "{1,2,3}")
    cut, whole = ("{1.5,0,0}", "{1.5,0,2}")
    for first, states in ((cut, set()), (whole, {"v", "w"})):
        elements = [
            use("v", "Variable", start, web("result_ref[3]", first, "double", "output")),
            use("w", "Variable", start, web("result_ref[3]", "{7,0,0}", "double", "output")),
        ]
        read = read_page(write_page(tmp_path, elements))
        assert read.snapshot().keys() == states
        assert holds(tuple(read.report), say("enuspace.first-values-only")) is (first == cut)


def test_elements_of_an_unknown_kind_are_reported_with_their_wires_and_what_they_hold_is_read(tmp_path):
    layer = (
        '<pg-layer id="layer" transform="translate(100,20)"><g transform="translate(1,2)">'
        + use("inner", "Const", typed("val", "1", word="int"), at=(10, 10))
        + link("inner.output", "n.x")
        + "</g></pg-layer>"
    )
    outer = use(
        "box", "TANK", typed("level", "3"), use("deep", "Const", at=(5, 5)), kind="enu_tank", at=(50, 60)
    )
    elements = [
        use("n", "Negate"),
        layer,
        outer,
        '<pg-valve id="valve" transform="translate(7,8)"/>',
        link("n.y", "valve.input"),
        link("n.y", "box.inlet"),
        link("deep.output", "box.inlet"),
    ]
    read = read_page(write_page(tmp_path, elements))
    assert {block.id: block.at for block in read.page.blocks.values()} == {
        "n": (0, 0),
        "inner": (111, 32),
        "deep": (55, 65),
    }
    assert [f"{wire.source} {wire.target}" for wire in read.page.wires] == ["inner.output n.x"]
    lost = ends("n.y", "valve.input")
    tank = say("enuspace.part-of", part="TANK", library="enu_tank")
    part = say("enuspace.part", part=tank, x=50, y=60, settings=("level = 3",))
    wires = (ends("n.y", "box.inlet"), ends("deep.output", "box.inlet"))
    assert holds(
        tuple(read.report),
        line("layer", "kept", say("enuspace.not-drawn", element="pg-layer", x=100, y=20)),
        line("valve", "kept", say("enuspace.not-drawn", element="pg-valve", x=7, y=8)),
        line("n", "missing", say("enuspace.wire-to-drawn", wire=lost, end="valve", element="pg-valve")),
        line("box", "kept", say("enuspace.with-wires", part=part, wires=wires)),
    )


def test_a_part_that_leads_nothing_to_a_monitor_is_reported(tmp_path):
    elements = [
        use("n", "Negate"),
        use("split", "ARRAY_3_OUT", kind="logic"),
        link("n.y", "split.INPUT"),
    ]
    report = read_page(write_page(tmp_path, elements)).report
    part = say("enuspace.part-unused", part="ARRAY_3_OUT")
    left = say("enuspace.with-wires", part=part, wires=(ends("n.y", "split.INPUT"),))
    assert holds(tuple(report), line("split", "kept", left))


def test_a_script_in_another_language_is_named_so(tmp_path):
    script = '<script type="text/javascript">main();</script>'
    report = read_page(write_page(tmp_path, [use("n", "Negate"), script])).report
    held = say("enuspace.script", language="JavaScript", script=quote("main();"))
    assert holds(tuple(report), line(say("report.page"), "kept", held))
