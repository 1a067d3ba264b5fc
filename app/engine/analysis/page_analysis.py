"""All that is known of a page, joined: the problems of its file, its plan, its types and its run, with their fixes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from msgspec import structs

from app.document.model.diagram import Page
from app.document.model.problems import Problem, errors_in, joined
from app.document.model.topology import topological_order
from app.engine.compiler.plan import Plan
from app.engine.inference.result import Inference
from blocks.catalog import Catalog, load
from blocks.dtypes import label
from blocks.tensor_spec import TensorSpec

_SEVERITIES = ("error", "warning", "info")


@dataclass(frozen=True)
class Checked:
    """What check and plan found of a page, without TensorFlow."""

    problems: Sequence[Problem] = ()
    dtypes: Mapping[str, str] = field(default_factory=dict)  # of outputs, DT_ names by ``block.pin``
    used_blocks: Collection[str] | None = None  # that sessions run; None: not known, so each may be one

    @classmethod
    def of(cls, plan: Plan) -> Checked:
        """Return what a plan holds of it."""
        return cls(plan.problems, plan.types, frozenset(plan.used_blocks))


@dataclass(frozen=True)
class PageAnalysis:
    """A page's problems, and the types of its outputs and inputs by ``block.pin``, as far as they are known."""

    page: Page
    problems: Sequence[Problem] = ()
    # of outputs; the plan's dtypes where no more
    types: Mapping[str, TensorSpec] = field(default_factory=dict)
    # of these what TensorFlow infers; None: it was not asked
    inferred: Mapping[str, TensorSpec] | None = None
    # by inputs, where an inference says so
    required: Mapping[str, TensorSpec] = field(default_factory=dict)
    # block that is not built -> the one at fault before it
    blocked: Mapping[str, str] = field(default_factory=dict)
    # from which follows what inputs require, where nobody has found it yet
    plan: Plan | None = None
    # with the project's own blocks; None: it has none
    catalog: Catalog | None = None

    @property
    def has_errors(self) -> bool:
        """Return whether any problem is an error."""
        return errors_in(self.problems)

    @property
    def built(self) -> Collection[str]:
        """Return the outputs of the blocks that can be built, as far as anyone has tried."""
        return self.types if self.inferred is None else self.inferred

    @property
    def first_causes_first(self) -> list[Problem]:
        """Return the problems in order: errors first, of these what lies upstream first."""
        blocks = {problem.block for problem in self.problems if problem.block}
        order = topological_order(self.page).order if len(blocks) > 1 else ()
        rank = {block: place for place, block in enumerate(order)}

        def key(problem: Problem) -> tuple[int, int]:
            place = rank.get(problem.block, len(rank)) if problem.block else -1
            return _SEVERITIES.index(problem.severity), place

        return sorted(self.problems, key=key)

    def offered(self, problem: Problem) -> Problem:
        """Return one of the problems with its fixes, the best first; none of them has been tried."""
        from app.document.fixes import offer  # late: most pages are checked without a fault

        return offer(self.page, self._catalog, [problem], self.types, self._required())[0]

    def with_fixes(self) -> PageAnalysis:
        """Return the analysis with the fixes of all problems."""
        if not self.problems:
            return self
        from app.document.fixes import offer

        return self._with(offer(self.page, self._catalog, self.problems, self.types, self._required()))

    def with_proven_fixes(self, analyse: Callable[[Page], PageAnalysis]) -> PageAnalysis:
        """Return the analysis with those fixes only that cure; ``analyse`` looks at a changed page in the same way."""
        offered = self.with_fixes()
        if not any(problem.fixes for problem in offered.problems):
            return offered
        from app.document.fixes import proven

        return self._with(
            proven(self.page, offered.problems, self.built, lambda page: analyse(page).problems)
        )

    def _required(self) -> Mapping[str, TensorSpec]:
        if self.plan is None:
            return self.required
        from app.engine.inference.input_types import required_types

        return required_types(self.page, self.plan, self.types, self.catalog)

    @property
    def _catalog(self) -> Catalog:
        return load() if self.catalog is None else self.catalog

    def _with(self, problems: Sequence[Problem]) -> PageAnalysis:
        return replace(self, problems=problems)


def analyse(
    page: Page,
    checked: Checked,
    inference: Inference | None = None,
    *,
    plan: Plan | None = None,
    of_file: Iterable[Problem] = (),
    of_run: Iterable[Problem] = (),
    catalog: Catalog | None = None,
) -> PageAnalysis:
    """Join what is known of a page.

    ``of_file`` are the problems that reading its file showed, ``of_run`` those of its last run. What the inputs
    require comes with an inference that was asked about a page; else the fixes find it by the ``plan``. ``catalog``
    has the project's own blocks, where it has any.
    """
    specs = {dtype: TensorSpec(label(dtype) or dtype, None) for dtype in set(checked.dtypes.values())}
    types = {key: specs[dtype] for key, dtype in checked.dtypes.items()}
    required: Mapping[str, TensorSpec] = {}
    of_types: Sequence[Problem] = ()
    blocked: Mapping[str, str] = {}
    if inference is not None:
        types |= inference.types
        of_types, required, blocked = inference.problems, inference.required, inference.blocked
    problems = joined([*file_problems(of_file, checked), *checked.problems], of_types, of_run)
    inferred = None if inference is None else inference.types
    return PageAnalysis(page, problems, types, inferred, required, blocked, plan, catalog)


def file_problems(of_file: Iterable[Problem], checked: Checked) -> list[Problem]:
    """Return what only the file's reader has found; on a block that nothing runs an error is a mere warning."""
    of_reader = joined(checked.problems, of_file)[len(checked.problems) :]
    return [_weighed(problem, checked.used_blocks) for problem in of_reader]


def _weighed(problem: Problem, used_blocks: Collection[str] | None) -> Problem:
    """Return the problem as the plan weighs its own."""
    if used_blocks is None or problem.block is None or problem.block in used_blocks:
        return problem
    return structs.replace(problem, severity="warning") if problem.severity == "error" else problem
