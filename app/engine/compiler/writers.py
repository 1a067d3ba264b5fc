"""Finds who writes each Variable within a step, in which order, and which Variables are read after their write."""

from __future__ import annotations

import heapq
from collections.abc import Mapping
from itertools import pairwise

from app.engine.compiler.plan_walk import owner_of, sources_of
from app.engine.compiler.step_graph import StepGraph
from blocks.op_facts.functions import CALLS
from blocks.op_facts.traits import LOOKING_AT_REF, MAKES_REF, PASSING_REF, SWITCHES, VARIABLES


class Writers:
    """The writers of a page's Variables, as far as a session runs them."""

    def __init__(self, graph: StepGraph, used: set[str]) -> None:
        """Look through the graph; ``used`` are the nodes that a session runs."""
        self._graph, self._used = graph, used
        self._file_rank = {block: i for i, block in enumerate(graph.file_order)}
        self._taken = set(graph.ref_uses)
        self._read_places = {(name, position) for name, position, _ in graph.reads}
        self._bits: dict[str, int] = {}  # of Variables with a single writer
        self.roots: dict[str, str] = {}  # reference tensor -> Variable node
        self.of: dict[str, list[str]] = {}  # Variable -> its writers in the order they run
        self.parent: dict[tuple[str, str], str] = {}  # (writer, Variable) -> whose reference it takes
        self.masks: dict[str, int] = {}  # which single-writer Variables a node depends on; bit 0: a Switch
        self.aliases: dict[str, str] = {}  # passed-on reference -> the Variable or writer before it
        self.after_write: set[str] = set()  # Variables that are read after their only writer
        self._find_writers()
        self._find_dependences()
        self._choose_read_after_write()
        self._put_in_order()

    def _find_writers(self) -> None:
        for name, node in self._graph.nodes.items():
            if node.op in MAKES_REF:
                self.roots[f"{name}:0"] = name
        for name, ref in self._graph.ref_uses:
            root = self.roots.get(ref)
            node = self._graph.nodes[name]
            if root is None:
                continue
            if node.op in CALLS:
                passed = [out for out, source in self._graph.passed.items() if source == ref]
                self.roots.update((out, root) for out in passed if owner_of(self._graph, out) == name)
            for i in () if node.op in CALLS else range(2 if node.op == "RefSwitch" else 1):
                self.roots.setdefault(f"{name}:{i}", root)
                if node.op in PASSING_REF:
                    self.aliases.setdefault(f"{name}:{i}", self.aliases.get(ref) or ref.split(":", 1)[0])
            if node.op in PASSING_REF or node.op in LOOKING_AT_REF:
                continue
            self.parent[name, root] = ref.split(":", 1)[0]
            if name in self._used and name not in self.of.get(root, ()):
                self.of.setdefault(root, []).append(name)

    def _find_dependences(self) -> None:
        """Walk the nodes once, in topological order, and collect what each depends on, as bits."""
        single = [v for v, w in self.of.items() if len(w) == 1]
        self._bits = {v: 1 << (i + 1) for i, v in enumerate(single)}
        for name in self._graph.sequence:
            node = self._graph.nodes.get(name)
            mask = self._bits.get(name, 0) | (1 if node is not None and node.op in SWITCHES else 0)
            for source in sources_of(self._graph, name):
                mask |= self.masks.get(source, 0)
            self.masks[name] = mask

    def _value_mask(self, writer: str) -> int:
        """Return what a writer depends on by its value inputs (its reference inputs left out)."""
        mask = 0
        for position, ref in enumerate(self._graph.nodes[writer].inputs):
            if (writer, ref) not in self._taken or (writer, position) in self._read_places:
                mask |= self.masks.get(owner_of(self._graph, ref), 0)
        return mask

    def _choose_read_after_write(self) -> None:
        """Choose the Variables that are read after their write; those that wait for each other in a circle are not."""
        needs: dict[str, int] = {}
        for variable, bit in self._bits.items():
            if self._graph.nodes[variable].op not in VARIABLES:
                continue
            mask = self._value_mask(self.of[variable][0])
            if not mask & (bit | 1):
                needs[variable] = mask
        chosen = sum(self._bits[v] for v in needs)
        while needs:  # take away, round by round, those that wait for nothing among the rest
            free = [v for v, mask in needs.items() if not mask & chosen]
            if not free:
                break
            for variable in free:
                chosen &= ~self._bits[variable]
                del needs[variable]
                self.after_write.add(variable)

    def _put_in_order(self) -> None:
        """Put the writers of each Variable into the order in which they run."""
        several = [v for v, writers in self.of.items() if len(writers) > 1]
        by_sequence = {v: list(self.of[v]) for v in several}
        for variable in several:
            self.of[variable] = self._in_order(self.of[variable])
        if len(several) > 1 and self._circular():
            self.of.update(by_sequence)  # the file's order of two Variables contradicts their data

    def _in_order(self, writers: list[str]) -> list[str]:
        """Sort the writers of one Variable: chains and data first, the file's order among the rest."""
        rank = {w: i for i, w in enumerate(sorted(writers, key=self._rank_in_file))}
        before: dict[str, set[str]] = {w: self.writers_before(w, rank) for w in writers}
        waiting = {w: len(b) for w, b in before.items()}
        followers: dict[str, list[str]] = {}
        for writer, earlier in before.items():
            for other in earlier:
                followers.setdefault(other, []).append(writer)
        ready = [(rank[w], w) for w, n in waiting.items() if n == 0]
        heapq.heapify(ready)
        order = []
        while ready:
            _, writer = heapq.heappop(ready)
            order.append(writer)
            for later in followers.get(writer, ()):
                waiting[later] -= 1
                if not waiting[later]:
                    heapq.heappush(ready, (rank[later], later))
        return order

    def _rank_in_file(self, name: str) -> int:
        return self._file_rank.get(self._graph.nodes[name].block, 0)

    def writers_before(self, writer: str, among: Mapping[str, int]) -> set[str]:
        """Return the nearest writers of the same Variable that this one needs."""
        found: set[str] = set()
        seen = {writer}
        todo = list(sources_of(self._graph, writer))
        while todo:
            name = todo.pop()
            if name in seen:
                continue
            seen.add(name)
            if name in among:
                found.add(name)
            else:
                todo.extend(sources_of(self._graph, name))
        return found

    def _circular(self) -> bool:
        """Return whether the writers' orders, together with the data, make a circle."""
        after: dict[str, list[str]] = {}
        for writers in self.of.values():
            for earlier, later in pairwise(writers):
                after.setdefault(later, []).append(earlier)
        position: dict[str, int] = {}
        for first in [a for a in after if position.get(a) != 2]:
            stack = [(first, iter([*sources_of(self._graph, first), *after[first]]))]
            position[first] = position.get(first, 1)
            while stack:
                name, sources = stack[-1]
                source = next(sources, None)
                if source is None:
                    position[name] = 2
                    stack.pop()
                elif position.get(source) == 1 and source in {n for n, _ in stack}:
                    return True
                elif source not in position:
                    position[source] = 1
                    stack.append((source, iter([*sources_of(self._graph, source), *after.get(source, ())])))
        return False
