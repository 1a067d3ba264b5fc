"""The functions of a file that If, While and Map call: each stays one, as a page with Arguments and Results."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from app.document.model.sentence import say
from app.engine.exchange.accesses import Accesses
from app.engine.exchange.calls import CALLS, FlatGraph, FlatNode
from app.engine.exchange.function_graphs import Bound
from app.engine.exchange.graph import Func, Function, GraphFault, ModelGraph
from app.engine.exchange.op_outputs import argument_places
from blocks.catalog import Catalog
from blocks.op_facts.functions import COUNTED

MOST_PAGES = 2_000


class Called(NamedTuple):
    """A function as some node calls it.

    ``given_on`` are arguments that are Variables which the node writes: the page gives these on, by Results of their
    own, or that of a loop by the Results at the places of the Arguments.
    """

    function: str
    bound: Bound
    given_on: tuple[int, ...] = ()
    is_loop: bool = False


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
        known = {name: self._catalog.op(name) for name in {node.op for node in nodes} - CALLS}
        calling = {
            name
            for name, op in known.items()
            if op is not None and any(attr.type in ("func", "list(func)") for attr in op.attrs)
        }
        for node in nodes:
            op = known[node.op] if node.op in calling else None
            if op is None:
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
        given_on = () if attr == "cond" else accesses.given_on.get(node.name, ())
        bound = self._bound(flat, accesses, node, attr, function)
        called = Called(func.name, bound, given_on, bool(given_on) and node.op in COUNTED)
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
        places = argument_places(op, node.attrs, attr)
        bound: list[str | None] = [None] * len(function.args)
        for i, place in enumerate(reversed(places[-len(bound) :] if bound else ())):
            if accesses.sources.get((node.name, place)) is not None:
                bound[-1 - i] = accesses.dtypes.get(node.inputs[place])
        return tuple(bound)


def plain_name(function: str) -> str:
    """Return a function's name without what TensorFlow puts around it (``__inference_body_123`` -> ``body``)."""
    name = function.removeprefix("__inference_").removeprefix("__forward_").removeprefix("__backward_")
    head, _, tail = name.rpartition("_")
    return head if head and tail.isdigit() else name
