"""What is known of a page, joined: each fault once, in the weight and with the fixes that it deserves."""

from pathlib import Path

from app.document.fixes import fixed_page
from app.document.model.problems import error, joined, warning
from app.document.model.sentence import quote, say
from app.engine.analysis.page_analysis import Checked, PageAnalysis, analyse, file_problems
from app.engine.compiler.make_plan import make_plan
from app.engine.inference.result import Inference
from blocks.tensor_spec import TensorSpec
from tests.support.pages import page

_SUM = {"a": ("Const", {"val": "1"}), "b": ("Const", {"val": "2.5"}), "sum": "Add", "run": "ClientSession"}
_WIRES = """
    a.output -> sum.x
    b.output -> sum.y
    sum.z -> run.fetch_outputs
    """


def checked(drawn) -> Checked:
    return Checked.of(make_plan(drawn, Path()))


def codes(problems):
    return [(p.severity, p.code, p.block) for p in problems]


def test_an_error_of_the_file_on_a_block_that_nothing_runs_is_a_warning():
    drawn = page({**_SUM, "spare": ("Const", {"val": "1"})}, _WIRES)
    of_file = [
        error("bad-wire", quote("a"), "spare"),
        error("bad-wire", quote("b"), "sum"),
        error("bad-wire", quote("c")),
    ]
    found = file_problems(of_file, checked(drawn))
    assert codes(found) == [
        ("warning", "bad-wire", "spare"),
        ("error", "bad-wire", "sum"),
        ("error", "bad-wire", None),
    ]
    assert codes(file_problems(of_file, Checked())) == codes(of_file)  # nobody has planned it yet


def test_what_file_check_types_and_run_find_alike_is_one_problem():
    fault = error("bad-shape", quote("they do not fit"), "sum", "y")
    inference = Inference(types={}, problems=[fault, error("build-failed", quote("no"), "sum")])
    found = analyse(page(_SUM, _WIRES), Checked([fault]), inference, of_file=[fault], of_run=[fault])
    assert codes(found.problems) == [("error", "bad-shape", "sum"), ("error", "build-failed", "sum")]
    assert found.has_errors


def test_errors_come_first_and_of_these_the_first_cause():
    problems = [
        warning("unordered", quote("w"), "a"),
        error("bad-shape", quote("late"), "sum"),
        error("bad-literal", quote("early"), "b"),
    ]
    found = PageAnalysis(page(_SUM, _WIRES), [*problems, error("nothing-to-run", quote("whole page"))])
    assert [p.code for p in found.first_causes_first] == [
        "nothing-to-run",
        "bad-literal",
        "bad-shape",
        "unordered",
    ]


def test_types_are_tensorflows_and_before_that_the_plans_dtypes():
    drawn = page(_SUM, _WIRES)
    planned = analyse(drawn, checked(drawn))
    assert planned.types["a.output"] == TensorSpec("int32", None)
    assert planned.inferred is None
    assert set(planned.built) == set(planned.types)
    inference = Inference(types={"a.output": TensorSpec("int32", ())}, problems=[])
    inferred = analyse(drawn, checked(drawn), inference)
    assert inferred.types["a.output"] == TensorSpec("int32", ())
    assert inferred.types["b.output"] == TensorSpec("float64", None)
    assert set(inferred.built) == {"a.output"}


def test_fixes_are_offered_and_only_those_that_cure_remain():
    drawn = page(_SUM, _WIRES)
    folder = Path()

    def look(changed):
        plan = make_plan(changed, folder)
        return analyse(changed, Checked.of(plan), plan=plan)

    found = look(drawn)
    assert [p.code for p in found.problems] == ["dtype-conflict"]
    assert not found.problems[0].fixes
    (offered,) = found.with_fixes().problems
    assert found.offered(found.problems[0]) == offered
    (proven,) = found.with_proven_fixes(look).problems
    assert proven.fixes
    assert set(proven.fixes) <= set(offered.fixes)
    for fix in proven.fixes:
        assert not look(fixed_page(drawn, fix)).has_errors


def test_a_page_without_a_fault_has_no_fixes():
    drawn = page({"a": ("Const", {"val": "1"}), "run": "ClientSession"}, "a.output -> run.fetch_outputs")
    found = analyse(drawn, checked(drawn))
    assert not found.problems
    assert found.with_fixes() is found


def test_a_block_that_no_page_can_run_is_not_reported_again_where_it_is_not_built() -> None:
    gone = error("unavailable", say("symbol.unavailable", symbol="BatchFFT", why="removed"), "old")
    refused = error("build-failed", say("op.removed", op="BatchFFT"), "old")
    other = error("build-failed", say("op.removed", op="BatchFFT"), "other")
    assert joined([gone], [refused, other]) == [gone, other]


def test_what_was_warned_of_and_came_to_pass_is_an_error_in_the_words_of_the_warning() -> None:
    early = warning("stuck", say("symbol.unavailable", symbol="take", why="early"), "take", "handle")
    late = error("stuck", say("symbol.unavailable", symbol="take", why="late"), "take", "handle")
    (found,) = joined([early], [late])
    assert (found.severity, found.sentence) == ("error", early.sentence)
    assert joined([late], [early]) == [late]
