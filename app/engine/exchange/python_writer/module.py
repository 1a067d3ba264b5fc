"""What the pieces of one program share: the plan, the names, the constants and arrays, what cannot be exported."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from app.document.model.diagram import Page
from app.document.model.problems import Problem, error
from app.document.model.sentence import Sentence
from app.engine.compiler.plan import Constant, Fetch, Plan, PlanNode
from app.engine.compiler.start_runs import StartRun
from app.engine.exchange.python_writer.calls import Functions
from app.engine.exchange.python_writer.drawn_loops import DrawnLoop
from app.engine.exchange.python_writer.literals import Array, Arrays, quoted, tensor_value
from app.engine.exchange.python_writer.names import Names
from app.engine.exchange.python_writer.text import Expression, call, listing, statement
from app.engine.values.results import TensorValue

Style = Literal["v2", "v1"]

RUNNING_UNSET = "run_step"  # the helper that leaves out what shows Variables without a value
RUN = "run"  # the function that does all steps
NOTING = "note_branch"  # the helper that notes the values of branches
NOTING_ROUND = "note_round"  # and the one that notes the values of loops


@dataclass
class Module:
    """One program in the making."""

    plan: Plan
    page: Page
    folder: Path
    style: Style
    start: Mapping[str, TensorValue]
    array_at: Callable[[Constant], Array]
    names: Names
    has_file: bool = True  # the program stands in a file, from which AutoGraph reads it
    given: Mapping[str, TensorValue] = field(default_factory=dict)  # by tensor: what is not computed
    arrays: Arrays = field(default_factory=Arrays)
    problems: list[Problem] = field(default_factory=list)
    imports: set[str] = field(default_factory=set)
    constants: list[str] = field(default_factory=list)  # lines
    known: dict[str, Expression] = field(default_factory=dict)  # by tensor: what stands in the module
    functions: dict[str, str] = field(default_factory=dict)  # by name in the plan: the function of Python
    loops: Mapping[str, DrawnLoop] = field(default_factory=dict)  # by the node that stands for one
    noted: frozenset[str] = frozenset()  # results that only loops give, by the names of their tensors
    starts: tuple[StartRun, ...] = ()  # what computes the start values of Variables
    order: tuple[str, ...] = ()  # of the results, where another one would come of itself
    concrete: dict[str, Expression] = field(default_factory=dict)  # the same as an attr of an op

    def value_of(self, constant: Constant) -> TensorValue:
        """Return the values of a constant."""
        return tensor_value(constant, self.array_at)

    def refuse(self, block: str | None, sentence: Sentence, hint: Sentence | None = None) -> None:
        """Note what cannot be exported."""
        found = error("no-export", sentence, block, hint=hint)
        if found not in self.problems:
            self.problems.append(found)

    def constant(self, ref: str, expression: Expression) -> Expression:
        """Add a constant of the module for a tensor; return its name."""
        name = self.names.of(ref.split(":", 1)[0], upper=True)
        self.constants += statement(f"{name} = ", expression)
        self.known[ref] = name
        return name

    @property
    def begun(self) -> list[Fetch]:
        """Return what is shown of start values, as it is in every step."""
        return [fetch for run in self.starts for fetch in run.fetches]

    @property
    def begun_keys(self) -> list[str]:
        """Return its names."""
        return [fetch.key for fetch in self.begun]

    def begin(self, names: Sequence[Expression]) -> list[Expression]:
        """Return the dicts that all results begin with, of those of the start values, in the order of the page."""
        if not names or not self.order:
            return list(names)
        table = self.names.free("RESULTS")
        self.constants += statement(f"{table} = ", listing(map(quoted, self.order)))
        return [call("dict.fromkeys", table), *names]

    @property
    def all_nodes(self) -> list[PlanNode]:
        """Return the nodes of the page, of its functions and of its loops, but for those that stand for loops."""
        inner = [node for loop in self.loops.values() for node in loop.nodes.values()]
        return [node for node in (*self.plan.all_nodes, *inner) if node.name not in self.loops]

    @property
    def called(self) -> Functions:
        """Return what stands for functions in attrs."""
        return Functions(self.concrete)


@dataclass
class Parts:
    """What the program consists of, in its order."""

    settings: list[str]
    variables: list[str] = field(default_factory=list)
    blocks: list[list[str]] = field(default_factory=list)
    imports: set[str] = field(default_factory=set)
    needs_numpy: bool = False
