"""Finds who writes each Variable within a step, in which order, and behind which of the writers it is read."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Mapping
from itertools import pairwise

from app.engine.compiler.dependences import SWITCH, Dependences, sequence_with
from app.engine.compiler.plan_walk import owner_of, sources_of
from app.engine.compiler.step_graph import StepGraph
from blocks.op_facts.functions import CALLS
from blocks.op_facts.traits import DESTROYING, LOOKING_AT_REF, MAKES_REF, PASSING_REF, VARIABLES


class Writers:
    """The writers of a page's Variables, as far as a session runs them."""

    def __init__(self, graph: StepGraph, sessions: Collection[set[str]], levels: Mapping[str, int]) -> None:
        """Look through the graph; ``sessions`` has the nodes that each runs, ``levels`` how deep in loops they are."""
        self._graph, self._sessions, self._levels = graph, sessions, levels
        self._used: set[str] = set().union(*sessions)
        self._file_rank = {block: i for i, block in enumerate(graph.file_order)}
        self._origins: dict[str, str] = {}  # passed-on or looked-at reference -> what its reader comes behind
        self.roots: dict[str, str] = {}  # reference tensor -> Variable node
        self.of: dict[str, list[str]] = {}  # Variable -> its writers in the order they run
        self.parent: dict[tuple[str, str], str] = {}  # (writer, Variable) -> whose reference it takes
        self.aliases: dict[str, str] = {}  # passed-on reference -> the Variable or writer before it
        self.looks: dict[str, list[tuple[str, str]]] = {}  # Variable -> who looks at it, by which reference
        self.read_behind: dict[str, int] = {}  # Variable -> behind how many of its writers it is read, if any
        self.looked_at_behind: dict[str, int] = {}  # and looked at
        self._find_writers()
        looking = {v: [name for name, _ in self.looks[v]] for v in self.of if v in self.looks}
        self._dependences = Dependences(graph, self.of, looking)
        self._put_in_order()
        self._dependences.follow(self._before())
        self._choose_where_read()

    @property
    def masks(self) -> dict[str, int]:
        """Which Variables a node depends on (see `Dependences`); bit 0: a Switch."""
        return self._dependences.masks

    def is_read_after_write(self, variable: str) -> bool:
        """Return whether readers see what the only writer of a Variable has written, whatever it held before."""
        return variable in self.read_behind and self._graph.nodes[variable].op in VARIABLES

    def behind(self, ref: str) -> str:
        """Return the last writer that who takes a reference comes after; the Variable itself where there is none."""
        if ref not in self._origins:
            root = self.roots[ref]
            among = {w: i for i, w in enumerate(self.of[root])}
            name = owner_of(self._graph, ref)
            before = {name} & among.keys() or self.writers_before(name, among)
            before |= {self.aliases.get(ref, root)} & among.keys()
            self._origins[ref] = max(before, key=among.__getitem__, default=root)
        return self._origins[ref]

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
            if node.op in LOOKING_AT_REF:
                self.looks.setdefault(root, []).append((name, ref))
            if node.op in PASSING_REF or node.op in LOOKING_AT_REF:
                continue
            self.parent[name, root] = ref.split(":", 1)[0]
            if name in self._used and name not in self.of.get(root, ()):
                self.of.setdefault(root, []).append(name)

    # --- behind which writers a Variable is read ----------------------------------------------------------------

    def _before(self) -> dict[str, list[str]]:
        """Return who runs before a node for the order's sake: of several writers, and who reads between them."""
        before: dict[str, list[str]] = {}
        for writers in self.of.values():
            for earlier, later in pairwise(writers):
                before.setdefault(later, []).append(earlier)
        passing = [(ref, owner_of(self._graph, ref)) for ref in self.aliases]
        looking = [(ref, name) for those in self.looks.values() for name, ref in those]
        for ref, name in (*passing, *looking):
            root = self.roots[ref]
            writers = self.of.get(root, [])
            if name not in self._used or not writers:
                continue
            origin = self.behind(ref)
            at = writers.index(origin) + 1 if origin != root else 0
            may_be_behind = (
                self._may_be_looked_at_behind if ref not in self.aliases else self._may_be_read_behind
            )
            if at < len(writers) and (at or not may_be_behind(root)):
                before.setdefault(writers[at], []).append(name)
        return before

    def _may_be_read_behind(self, variable: str) -> bool:
        """Return whether a Variable may be read behind its first writers, as far as these alone say it."""
        writers = self.of[variable]
        if not self._is_free(variable, 1):
            return False
        if self._graph.nodes[variable].op not in VARIABLES:
            return True
        return len(writers) == 1 and not self._levels.get(writers[0])

    def _is_free(self, variable: str, number: int) -> bool:
        """Return whether the first writers of a Variable need no value of it."""
        mask = self._needs(variable, number)
        if self._graph.nodes[variable].op not in VARIABLES:
            mask &= ~SWITCH
        return not mask & (self._dependences.bits[variable] | SWITCH)

    def _needs(self, variable: str, number: int) -> int:
        mask = 0
        for writer in self.of[variable][:number]:
            mask |= self._dependences.value_needs(writer)
        return mask

    def _may_be_looked_at_behind(self, variable: str) -> bool:
        """Return whether none of the first writers needs a look at the Variable, where it may be read behind them."""
        look = self._dependences.look_bits[variable]
        return self._may_be_read_behind(variable) and not self._needs(variable, 1) & look

    def _choose_where_read(self) -> None:
        """Choose the writers that Variables are read behind; those that wait for each other in a circle are not."""
        numbers = {v: n for v, n in ((v, self._number(v)) for v in self.of) if n}
        bits, looks = self._dependences.bits, self._dependences.look_bits
        needs = {(bits[v], v): self._needs(v, n) for v, n in numbers.items()}
        for variable in numbers.keys() & looks.keys():
            mask = needs[bits[variable], variable]
            if not mask & looks[variable]:
                needs[looks[variable], variable] = mask
        chosen = sum(bit for bit, _ in needs)
        while needs:  # take away, round by round, those that wait for nothing among the rest
            free = [one for one, mask in needs.items() if not mask & chosen]
            if not free:
                break
            for bit, variable in free:
                chosen &= ~bit
                del needs[bit, variable]
                where = self.read_behind if bit == bits[variable] else self.looked_at_behind
                where[variable] = numbers[variable]

    def _number(self, variable: str) -> int:
        """Return behind how many of its writers a Variable is to be read.

        What a Variable of the step holds before its first write is not defined: it is read behind the first that is
        sure to run in each session, or behind all where none is. Behind a write in a loop it cannot be read outside.
        """
        if self._graph.nodes[variable].op in VARIABLES:
            return int(self._may_be_read_behind(variable))
        writing = [w for w in self.of[variable] if self._graph.nodes[w].op != DESTROYING]
        number = 0
        for nodes in self._sessions:
            mine = [i for i, w in enumerate(writing, 1) if w in nodes]
            sure = [i for i in mine if not self.masks[writing[i - 1]] & SWITCH]
            number = max(number, min(sure, default=max(mine, default=0)))
        in_loop = next((i for i, w in enumerate(writing) if self._levels.get(w)), number)
        return next((n for n in range(min(number, in_loop), 0, -1) if self._is_free(variable, n)), 0)

    # --- the order of writers -----------------------------------------------------------------------------------

    def _put_in_order(self) -> None:
        """Put the writers of each Variable into the order in which they run."""
        several = [v for v, writers in self.of.items() if len(writers) > 1]
        by_sequence = {v: list(self.of[v]) for v in several}
        for variable in several:
            self.of[variable] = self._in_order(self.of[variable])
        pairs = [pair for variable in several for pair in pairwise(self.of[variable])]
        before: dict[str, list[str]] = {}
        for earlier, later in pairs:
            before.setdefault(later, []).append(earlier)
        if len(several) > 1 and sequence_with(self._graph, before) is None:
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

    def _rank_in_file(self, name: str) -> tuple[bool, int]:
        """Return a writer's place among those that nothing else orders: who ends a Variable of the step comes last."""
        node = self._graph.nodes[name]
        return node.op == DESTROYING, self._file_rank.get(node.block, 0)

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
