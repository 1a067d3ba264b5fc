"""The structure check: each fault of a page, by code, block and pin, without TensorFlow."""

import zipfile

import pytest

from app.document.checks.page import check_page
from app.document.model.diagram import ArrayRef, Block, Monitor, Page, PinRef, Wire
from app.document.model.fix import Reconnect, WritePin
from app.document.model.sentence import quote, say
from app.document.model.topology import topological_order
from blocks.catalog import load
from blocks.requirement import Actual, Requirement, ShapeOf, of_dtypes
from tests.support.words import at, holds


def make_page(blocks, wires=(), **more):
    """Build a page from ``id: (symbol, pins)`` and ``"a.x > b.y"``."""
    made = {}
    for name, spec in blocks.items():
        symbol, pins = (spec, {}) if isinstance(spec, str) else spec
        made[name] = Block(id=name, symbol=symbol, pins=pins)
    ends = [tuple(PinRef.parse(end) for end in wire.split(" > ")) for wire in wires]
    return Page(name="page", blocks=made, wires=[Wire(source=s, target=t) for s, t in ends], **more)


def check(blocks, wires=(), folder=None, **more):
    return check_page(make_page(blocks, wires, **more), load(), folder)


def only(problems):
    (problem,) = problems
    assert problem.hint
    return problem


def where(problem):
    return problem.severity, problem.code, problem.block, problem.pin


CONST = ("Const", {"val": "{1.0f,2.0f}"})


def test_a_sound_page_has_no_problems():
    blocks = {"a": CONST, "sum": ("Add", {"y": "1.5f"}), "run": "ClientSession"}
    assert check(blocks, ["a.output > sum.x", "sum.z > run.fetch_outputs"]) == []


@pytest.mark.parametrize(
    ("wire", "instead"),
    [("parts.output > neg.x", "parts.output[0]"), ("a.output[1] > neg.x", "a.output")],
)
def test_the_hint_of_a_list_and_of_an_element_names_the_wire_that_fits(wire, instead):
    split = ("Split", {"axis": "0", "value": "{1f,2f}", "num_split": "2"})
    (problem,) = check({"a": CONST, "parts": split, "neg": "Neg"}, [wire])
    assert problem.pin == "x"
    assert problem.hint == say("hint.wire-these-instead", pins=(instead,))


class TestBlocks:
    def test_unknown_symbol(self):
        problem = only(check({"a": ("Cnst", {"val": "1"})}))
        assert where(problem) == ("error", "unknown-symbol", "a", None)
        assert holds(problem.hint, say("hint.did-you-mean", names=("Const",)))

    def test_wires_of_an_unknown_symbol_are_not_blamed(self):
        found = check(
            {"a": CONST, "what": "NoSuchThing", "b": "Negate"}, ["a.output > what.in", "what.out > b.x"]
        )
        assert [p.code for p in found] == ["unknown-symbol"]

    def test_bad_id(self):
        page = make_page({})
        page.blocks["-x y"] = Block(id="-x y", symbol="Const", pins={"val": "1"})
        assert where(only(check_page(page, load()))) == ("error", "bad-id", "-x y", None)

    def test_unavailable_symbol_says_why(self):
        problem = only(check({"s": "Link"}))
        assert where(problem) == ("error", "unavailable", "s", None)
        assert holds(problem.sentence, say("symbol.unavailable", why=quote(load().get("Link").unavailable)))


class TestPins:
    def test_unwired_input(self):
        problem = only(check({"a": ("Add", {"x": "1"})}))
        assert where(problem) == ("error", "unwired-input", "a", "y")

    @pytest.mark.parametrize("text", ["", "  "])
    def test_a_blank_text_is_no_text(self, text):
        assert where(only(check({"a": ("Const", {"val": text})}))) == ("error", "unwired-input", "a", "val")

    def test_a_required_pin_may_be_typed_under_an_alias(self):
        symbol = load().get("Output")
        assert "output" in symbol.pin("output_op", "in").aliases
        found = check({"a": CONST, "out": "Output"}, ["a.output > out.output"])
        assert found == []

    def test_wired_and_typed(self):
        found = check({"a": CONST, "n": ("Negate", {"x": "7"})}, ["a.output > n.x"])
        assert where(only(found)) == ("warning", "wired-and-typed", "n", "x")

    def test_wired_and_typed_on_a_pin_of_many_wires(self):
        found = check({"a": CONST, "n": ("Pack", {"values": "7"})}, ["a.output > n.values"])
        assert [where(p) for p in found] == [("warning", "wired-and-typed", "n", "values")]

    def test_a_sound_text_is_still_reported_where_it_is_wired_as_well(self):
        blocks = {"a": CONST, "m": ("Negate", {"x": "7"}), "n": ("Negate", {"x": "7"})}
        assert where(only(check(blocks, ["a.output > n.x"]))) == ("warning", "wired-and-typed", "n", "x")

    def test_text_of_an_unknown_pin(self):
        problem = only(check({"read": ("ReadFile", {"filenam": "a.txt", "filename": "b.txt"})}))
        assert where(problem) == ("error", "unknown-pin", "read", "filenam")
        assert problem.fixes == ()  # filename has a text already

    def test_the_drawn_scope_is_no_pin_to_write_a_text_for(self):
        (problem,) = check({"a": ("Const_ex", {"val": "1", "shape": "[2]"})})
        assert where(problem) == ("error", "unknown-pin", "a", "shape")
        assert problem.requirement is not None
        assert problem.requirement.names == ("val", "dtype")
        assert problem.fixes == ()

    def test_text_that_does_not_read(self):
        problem = only(check({"a": ("Const", {"val": "{{1,2},{3}}"})}))
        assert where(problem) == ("error", "bad-literal", "a", "val")
        assert holds(problem.sentence, at(9, say("literal.ragged")))
        assert problem.actual == Actual(name="{{1,2},{3}}")

    def test_the_pin_s_dtype_counts(self):
        blocks = {"a": CONST, "dims": ("ExpandDims", {"axis": "1.5"})}
        dims = only(check(blocks, ["a.output > dims.input"]))
        assert (where(dims), dims.requirement) == (
            ("error", "bad-literal", "dims", "axis"),
            of_dtypes("int32"),
        )
        found = check({"a": CONST, "read": ("ReadFile", {"filename": "{a,{b}}"})})
        assert where(only(found)) == ("error", "bad-literal", "read", "filename")

    def test_a_dtype_pin_beside_the_text_counts(self):
        assert check({"a": ("Const_ex", {"val": "hello", "dtype": "DT_STRING"})}) == []
        found = check({"a": ("Const_ex", {"val": "300", "dtype": "DT_UINT8"})})
        assert holds(only(found).sentence, say("literal.out-of-range", text="300", dtype="DT_UINT8"))

    def test_a_bare_text_is_left_to_the_plan_where_another_pin_may_make_it_a_string(self):
        blocks = {"a": ("Const", {"val": '"x"'}), "same": ("Equal", {"y": "hello"})}
        assert check(blocks, ["a.output > same.x"]) == []

    def test_but_not_where_the_op_takes_no_strings(self):
        blocks = {"a": CONST, "power": ("Pow", {"y": "hello"})}
        assert where(only(check(blocks, ["a.output > power.x"]))) == ("error", "bad-literal", "power", "y")

    def test_nor_where_it_is_no_string_either(self):
        blocks = {"a": CONST, "same": ("Equal", {"y": "{{1,2},{3}}"})}
        assert holds(only(check(blocks, ["a.output > same.x"])).sentence, say("literal.ragged"))

    @pytest.mark.parametrize(
        ("symbol", "pins", "pin"),
        [
            ("Variable", {"dtype": "DT_FLOT", "shape": "{}"}, "dtype"),
            ("Variable", {"dtype": "DT_FLOAT", "shape": "{2,x}"}, "shape"),
            ("Variable", {"dtype": "DT_INT32", "shape": "{}", "initvalues": "1.5"}, "initvalues"),
            ("Placeholder", {"dtype": "nothing"}, "dtype"),
            ("Tensor", {"dtype": "DT_INT32", "initvalues": "{1,x}"}, "initvalues"),
        ],
    )
    def test_texts_of_special_blocks(self, symbol, pins, pin):
        assert where(only(check({"b": (symbol, pins)}))) == ("error", "bad-literal", "b", pin)

    def test_an_uninitialised_variable_is_fine(self):
        assert check({"v": ("Variable", {"dtype": "DT_FLOAT", "shape": "{2}", "initvalues": ""})}) == []

    def test_a_pin_that_takes_no_text(self):
        found = check({"a": CONST, "op": ("Operation", {"operation": "a"})})
        assert "bad-literal" in [p.code for p in found]


class TestAttrs:
    def test_wrong_name(self):
        blocks = {
            "a": ("Const", {"val": "{{1.0}}"}),
            "m": ("MatMul", {"b": "{{1.0}}", "attrs": "transpse_a_ = true;"}),
        }
        problem = only(check(blocks, ["a.output > m.a"]))
        assert where(problem) == ("error", "bad-attr-name", "m", "attrs")
        assert problem.fixes[0].changes == (WritePin("m", "attrs", "transpose_a_ = true;"),)

    def test_wrong_value(self):
        attrs = "strides_ = {1,1,1,1}; data_format_ = NWHC;"
        symbol = next(s for s in ("Conv2D",) if load().get(s))
        found = [
            p
            for p in check({"c": (symbol, {"input": "{{{{1.0}}}}", "filter": "{{{{1.0}}}}", "attrs": attrs})})
            if p.code == "bad-attr-value"
        ]
        problem = only(found)
        assert "NHWC" in problem.requirement.names
        assert problem.actual == Actual(name="NWHC")


class TestWires:
    def test_unknown_block(self):
        problem = only(check({"a": CONST, "n": ("Negate", {"x": "1"})}, ["b.output > n.x"]))
        assert where(problem) == ("error", "unknown-block", "n", "x")
        assert problem.related == ("b.output", "n.x")

    def test_unknown_block_at_both_ends_belongs_to_the_page(self):
        assert where(only(check({"a": CONST}, ["x.output > y.x"]))) == ("error", "unknown-block", None, None)

    def test_unknown_output(self):
        problem = check({"a": CONST, "n": "Negate"}, ["a.outptu > n.x"])[0]
        assert where(problem) == ("error", "unknown-pin", "a", "outptu")
        assert [fix.changes for fix in problem.fixes] == [(Reconnect("a.outptu", "n.x", "a.output", "n.x"),)]

    def test_unknown_input(self):
        found = check({"a": CONST, "n": ("Negate", {"x": "1"})}, ["a.output > n.q"])
        assert [where(p) for p in found] == [("error", "unknown-pin", "n", "q")]

    def test_a_wire_the_wrong_way_round(self):
        found = check({"a": CONST, "n": ("Negate", {"x": "1"})}, ["n.x > a.val"])
        assert where(only(found[:1])) == ("error", "unknown-pin", "n", "x")
        assert holds(found[0].sentence, say("wire.direction"))

    def test_wrong_kind(self):
        blocks = {"a": CONST, "f": "FeedType", "n": ("Negate", {"x": "1"})}
        found = [p for p in check(blocks, ["f.output > n.x"]) if p.block == "n"]
        problem = [p for p in found if p.code == "wire-kind"]
        assert where(only(problem)) == ("error", "wire-kind", "n", "x")
        assert (problem[0].requirement, problem[0].actual) == (
            Requirement(kind="tensor"),
            Actual(kind="feed"),
        )

    def test_a_wire_to_a_pin_that_takes_a_text(self):
        found = check({"a": CONST, "b": CONST}, ["a.output > b.val"])
        assert ("error", "wire-kind", "b", "val") in [where(p) for p in found]

    def test_an_element_of_a_single_output(self):
        found = check({"a": CONST, "n": "Negate"}, ["a.output[2] > n.x"])
        assert where(only(found)) == ("error", "wire-index", "n", "x")

    def test_element_0_of_a_single_output_is_that_output(self):
        assert check({"a": CONST, "n": "Negate"}, ["a.output[0] > n.x"]) == []

    def test_elements_of_a_list(self):
        blocks = {"a": CONST, "s": ("Split", {"axis": "0", "num_split": "2"}), "n": "Negate"}
        assert check(blocks, ["a.output > s.value", "s.output[1] > n.x"]) == []

    def test_too_many_wires(self):
        blocks = {"a": CONST, "b": CONST, "n": "Negate"}
        problem = only(check(blocks, ["a.output > n.x", "b.output > n.x"]))
        assert where(problem) == ("error", "too-many-wires", "n", "x")
        assert problem.related == ("a.output", "b.output")
        assert (problem.requirement, problem.actual) == (say("needs.one-wire"), Actual(count=2))

    def test_many_wires_where_many_are_welcome(self):
        blocks = {"a": CONST, "b": CONST, "run": "ClientSession"}
        assert check(blocks, ["a.output > run.fetch_outputs", "b.output > run.fetch_outputs"]) == []


class TestCycles:
    def test_a_cycle_names_its_blocks(self):
        blocks = {"c": "Negate", "a": "Negate", "b": "Negate"}
        problem = only(check(blocks, ["a.y > b.x", "b.y > c.x", "c.y > a.x"]))
        assert where(problem) == ("error", "cycle", "c", "x")
        assert holds(problem.sentence, say("cycle", path="c -> a -> b", first="c"))
        assert problem.related == ("c.x", "a.x", "b.x")

    def test_a_loop_through_next_iteration_is_legal(self):
        blocks = {"a": CONST, "m": "Merge", "n": "NextIteration"}
        wires = ["a.output > m.inputs", "m.output > n.data", "n.output > m.inputs"]
        assert check(blocks, wires) == []

    def test_a_long_cycle_has_a_short_message(self):
        count = 2_000
        blocks = {f"n{i}": "Negate" for i in range(count)}
        wires = [f"n{i}.y > n{(i + 1) % count}.x" for i in range(count)]
        problem = only(check(blocks, wires))
        assert len(problem.related) == count
        assert len(str(problem.sentence)) < 200


class TestFiles:
    def test_missing_file(self, tmp_path):
        (tmp_path / "there.png").write_bytes(b"")
        blocks = {"a": ("ReadFile", {"filename": "there.png"}), "b": ("ReadFile", {"filename": "gone.png"})}
        problem = only(check(blocks, folder=tmp_path))
        assert where(problem) == ("warning", "missing-file", "b", "filename")
        assert problem.actual == Actual(name="gone.png")

    def test_without_a_folder_no_file_is_looked_for(self):
        assert check({"b": ("ReadFile", {"filename": "gone.png"})}) == []

    def test_a_file_that_is_written_need_not_exist(self, tmp_path):
        blocks = {"w": ("WriteFile", {"filename": "new.txt", "contents": '"x"'})}
        assert check(blocks, folder=tmp_path) == []

    @pytest.mark.parametrize("name", ["gs://bucket/x.png", ""])
    def test_names_that_are_not_looked_up(self, tmp_path, name):
        assert check({"b": ("ReadFile", {"filename": f'"{name}"'})}, folder=tmp_path) == []

    def test_a_name_that_no_file_can_have(self, tmp_path):
        found = check({"b": ("ReadFile", {"filename": '"a\0b"'})}, folder=tmp_path)
        assert [p.code for p in found] == ["missing-file"]

    def page_with_array(self, key="W"):
        return {"c": ("Const", {"val": ArrayRef("weights.npz", key)})}

    def test_missing_array_file(self, tmp_path):
        problem = only(check(self.page_with_array(), folder=tmp_path))
        assert where(problem) == ("error", "missing-array", "c", "val")

    def test_missing_array_in_a_file(self, tmp_path):
        with zipfile.ZipFile(tmp_path / "weights.npz", "w") as archive:
            archive.writestr("W.npy", b"")
        assert check(self.page_with_array(), folder=tmp_path) == []
        problem = only(check(self.page_with_array("b"), folder=tmp_path))
        assert problem.code == "missing-array"
        assert (problem.requirement, problem.actual) == (Requirement(names=("W",)), Actual(name="b"))

    def test_a_file_that_is_no_npz(self, tmp_path):
        (tmp_path / "weights.npz").write_text("no zip")
        assert holds(only(check(self.page_with_array(), folder=tmp_path)).sentence, say("file.no-npz"))

    def test_an_array_where_a_type_is_required(self):
        found = check({"p": ("Placeholder", {"dtype": ArrayRef("weights.npz", "W")})})
        assert where(only(found)) == ("error", "bad-literal", "p", "dtype")


class TestSwitchedOff:
    def test_a_block_that_is_off_has_no_problems(self):
        page = make_page({"a": "NoSuchThing", "n": ("Negate", {"x": "{1,"})})
        for block in page.blocks.values():
            block.off = True
        assert check_page(page, load()) == []

    def test_its_wires_go_with_it(self):
        page = make_page({"a": CONST, "n": "Negate"}, ["a.output > n.x"])
        page.blocks["a"].off = True
        assert where(only(check_page(page, load()))) == ("error", "unwired-input", "n", "x")


class TestMonitors:
    def test_a_monitor_of_a_block_that_is_gone(self):
        found = check(
            {"a": CONST}, monitors={"m": Monitor(id="m", kind="number", pins=("b.output[0]", "a.output"))}
        )
        assert where(only(found)) == ("warning", "unknown-block", None, None)

    def test_a_monitor_of_a_pin_that_is_not_there(self):
        found = check({"a": CONST}, monitors={"m": Monitor(id="m", kind="number", pins=("a.z[0][1]",))})
        assert where(only(found)) == ("warning", "unknown-pin", "a", "z")


def test_a_shape_that_is_never_taken_is_said_beside_a_text_that_does_not_read():
    """TensorFlow is not asked about a block of which a text does not read."""
    pins = {"boxes": "{{0f,0f,1f,1f}", "box_ind": "{0}", "crop_size": "{5,5,5}"}
    found = check({"crops": ("CropAndResize", pins)})
    wrong = {p.pin: p for p in found if p.code != "unwired-input"}
    assert {pin: p.code for pin, p in wrong.items()} == {"boxes": "bad-literal", "crop_size": "bad-shape"}
    assert wrong["crop_size"].requirement == Requirement(shape=ShapeOf((2,)))
    assert wrong["crop_size"].actual == Actual(value="{5,5,5}", shape=(3,))


def test_a_shape_that_depends_on_an_attr_is_judged_with_it():
    pins = {"a": "{{1f,2f}", "b": "{1f,2f}", "attrs": "transpose_b_ = true;"}
    found = check({"product": ("MatMul", pins)})
    assert [(p.code, p.pin) for p in found] == [("bad-literal", "a"), ("bad-shape", "b")]


def test_problems_come_in_the_file_order_of_the_blocks():
    blocks = {"z": "Nonsense", "m": "Negate", "a": ("Const", {"val": "{"})}
    found = check(blocks, ["x.y > w.v"])
    assert [p.block for p in found] == [None, "z", "m", "a"]


def test_an_order_that_the_caller_has_is_used():
    page = make_page({"a": "Negate"}, ["a.y > a.x"])
    given = topological_order(page)
    assert check_page(page, load(), None, given) == check_page(page, load())


def test_ten_thousand_blocks():
    count = 10_000
    blocks = {"n0": CONST} | {f"n{i}": ("Add", {"y": "1.0f"}) for i in range(1, count)}
    wires = [f"n{i}.{'z' if i else 'output'} > n{i + 1}.x" for i in range(count - 1)]
    assert check(blocks, wires) == []


class TestDecimalCommas:
    @pytest.mark.parametrize(
        ("symbol", "pin", "text", "mended"),
        [
            ("Multiply", "y", "0,5f", ["0.5f", "{0,5f}"]),
            ("Add", "y", "-12,25", ["-12.25", "{-12,25}"]),
            ("ClipByValue", "clip_value_min", " 0,5e1f ", ["0.5e1f", "{0,5e1f}"]),
            ("Fill", "value", "0,5", ["0.5"]),
            ("Square", "x", "0,5f", ["0.5f", "{0,5f}"]),  # the type at one of them gives it away
        ],
    )
    def test_two_whole_numbers_where_one_number_may_be_meant_are_said(self, symbol, pin, text, mended):
        problems = check({"a": (symbol, {pin: text})})
        (problem,) = [p for p in problems if p.pin == pin]
        severity = "error" if symbol == "Fill" else "warning"  # it takes a scalar, and no more
        assert where(problem) == (severity, "bad-literal", "a", pin)
        assert holds(problem.sentence, say("pin.decimal-comma"))
        assert [fix.changes[0].text for fix in problem.fixes] == mended

    @pytest.mark.parametrize(
        ("symbol", "pin", "text"),
        [
            ("Multiply", "y", "{0,5f}"),
            ("Multiply", "y", "0.5f"),
            ("Multiply", "y", "1.0f,2.0f"),
            ("Multiply", "y", "1,2,3"),
            ("Square", "x", "0,5"),
            ("Mean", "axis", "0,1"),
            ("Reshape", "shape", "2,3"),
            ("StringUpper", "input", "0,5"),
        ],
    )
    def test_lists_of_numbers_are_none(self, symbol, pin, text):
        assert [p for p in check({"a": (symbol, {pin: text})}) if p.code == "bad-literal"] == []

    @pytest.mark.parametrize(
        ("text", "mended"),
        [
            ("{1,5;2,5}", ["{{1,5},{2,5}}", "{1.5,2.5}"]),
            ("1f, 2f; 3f, 4f", ["{{1f,2f},{3f,4f}}"]),
            ("{1,2,3;4,5,6}", ["{{1,2,3},{4,5,6}}"]),
        ],
    )
    def test_both_marks_between_numbers_make_one_row_and_this_is_said(self, text, mended):
        (problem,) = [p for p in check({"a": ("Square", {"x": text})}) if p.pin == "x"]
        assert where(problem) == ("warning", "bad-literal", "a", "x")
        assert holds(problem.sentence, say("pin.mixed-marks"))
        assert [fix.changes[0].text for fix in problem.fixes] == mended

    @pytest.mark.parametrize(
        "text", ["{1;2;3}", "{1,2;3}", "{{1,2},{3,4}}", "{1,2,3}", f"{{{'1025,' * 50}1;{'1025,' * 50}1;2}}"]
    )
    def test_one_mark_between_numbers_is_no_matter(self, text):
        assert [p for p in check({"a": ("Square", {"x": text})}) if p.code == "bad-literal"] == []
