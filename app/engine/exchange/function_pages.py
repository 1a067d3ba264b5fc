"""The functions of a file that If, While and Map call: each stays one, as a page with Arguments and Results."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from app.document.model.sentence import say
from app.engine.exchange.accesses import Accesses
from app.engine.exchange.calls import CALLS, FlatGraph, FlatNode
from app.engine.exchange.graph import Func, Function, GraphFault, ModelGraph
from app.engine.exchange.op_outputs import count_of
from blocks.catalog import Catalog

MOST_PAGES = 2_000

Bound = tuple[str | None, ...]  # by argument the dtype of the Variable that it stands for


class Called(NamedTuple):
    """A function as some node calls it."""

    function: str
    bound: Bound


class FunctionPages:
    """The names of the pages that functions get, and which are still to be drawn."""

    def __init__(self, graph: ModelGraph, catalog: Catalog, named: Callable[[str], str]) -> None:
        """``named`` gives a page a name that no other has."""
        self._graph, self._catalog, self._named = graph, catalog, named
        self.pages: dict[Called, str] = {}
        self.waiting: list[Called] = []

    def of(self, flat: FlatGraph, accesses: Accesses, nodes: list[FlatNode]) -> dict[str, dict[str, str]]:
        """Return by node and attr the pages of the functions that nodes call; they wait to be drawn."""
        found: dict[str, dict[str, str]] = {}
        for node in nodes:
            op = self._catalog.op(node.op)
            if node.op in CALLS or op is None:
                continue
            for attr in op.attrs:
                value = node.attrs.get(attr.name)
                if attr.type == "func" and isinstance(value, Func) and value.name:
                    found.setdefault(node.name, {})[attr.name] = self._page(
                        flat, accesses, node, attr.name, value
                    )
                elif attr.type == "list(func)" and value:
                    pages = [self._page(flat, accesses, node, attr.name, one) for one in value]
                    found.setdefault(node.name, {})[attr.name] = pages  # type: ignore[assignment]
        return found

    def _page(self, flat: FlatGraph, accesses: Accesses, node: FlatNode, attr: str, func: Func) -> str:
        function = self._graph.functions.get(func.name)
        if function is None:
            raise GraphFault(say("model.no-function", node=node.name, function=func.name))
        called = Called(func.name, self._bound(flat, accesses, node, attr, function))
        if called not in self.pages:
            if len(self.pages) >= MOST_PAGES:
                raise GraphFault(say("model.too-many-functions", most=MOST_PAGES))
            self.pages[called] = self._named(plain_name(func.name))
            self.waiting.append(called)
        return self.pages[called]

    def _bound(
        self, flat: FlatGraph, accesses: Accesses, node: FlatNode, attr: str, function: Function
    ) -> Bound:
        """Return which of a function's last arguments are Variables of the caller."""
        op = self._catalog.op(node.op)
        assert op is not None
        lists: dict[str, tuple[int, int]] = {}
        place = 0
        for arg in op.inputs:
            count = count_of(arg, node.attrs)
            if arg.type_list_attr:
                lists[arg.name] = (place, count)
            place += count
        names = [
            f"{attr}_other_arguments",
            f"{attr.removesuffix('_func')}_func_other_args",
            "other_arguments",
        ]
        chosen = next((n for n in names if n in lists), next(reversed(lists), None))
        bound: list[str | None] = [None] * len(function.args)
        if chosen is None:
            return tuple(bound)
        first, count = lists[chosen]
        for i in range(min(count, len(bound))):
            source = accesses.sources.get((node.name, first + count - 1 - i))
            if source is not None:
                bound[-1 - i] = accesses.dtypes.get(node.inputs[first + count - 1 - i])
        return tuple(bound)


def plain_name(function: str) -> str:
    """Return a function's name without what TensorFlow puts around it (``__inference_body_123`` -> ``body``)."""
    name = function.removeprefix("__inference_").removeprefix("__forward_").removeprefix("__backward_")
    head, _, tail = name.rpartition("_")
    return head if head and tail.isdigit() else name
