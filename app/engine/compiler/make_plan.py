"""Makes the plan of a page, stage by stage: files, check, lowering, then what is assembled of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from app.document.model.diagram import Page
from app.document.model.problems import Problem, error, joined
from app.document.model.sentence import say
from app.document.model.topology import topological_order
from app.document.resources.archives import Archives, StoredArchives
from app.document.resources.companion_files import Companions
from app.document.resources.inlining import Inlined, inlined
from app.document.resources.own_blocks import OwnBlocks
from app.document.resources.search_path import located, missing_among, user_folders, written_names
from app.engine.compiler.assembly import assemble
from app.engine.compiler.collector import without_collector
from app.engine.compiler.elements import Given, lowering_order
from app.engine.compiler.function_bodies import FunctionBodies, within_function
from app.engine.compiler.lowering import Lowering
from app.engine.compiler.newer_datasets import SECOND_FORMS
from app.engine.compiler.op_lowering import OpLowering
from app.engine.compiler.own_variables import OWN_VARIABLES
from app.engine.compiler.page_check import at_uses, checked_page, problems_within
from app.engine.compiler.plan import Plan
from app.engine.compiler.plan_problems import with_missing
from app.engine.compiler.python_calls import python_rewrites
from app.engine.compiler.restore_v1 import REWRITES
from app.engine.compiler.special_blocks import SPECIAL
from app.engine.compiler.use_blocks import USES, arranged, lower_in_order, use


@without_collector()  # what it made on the way is gone before the collector looks again
def make_plan(
    page: Page,
    folder: Path,
    *,
    fetch: Sequence[str] = (),
    watch: Sequence[str] = (),
    seed: int | None = None,
    everything: bool = False,
    data: Sequence[Path] | None = None,
    own: OwnBlocks | None = None,
    archives: Archives | None = None,
    shown: Sequence[str] = (),
) -> Plan:
    """Plan a page: everything the worker needs, and every problem that can be known without TensorFlow.

    ``folder`` is the project's folder. ``fetch`` names the outputs to show in place of all upstream of the
    sessions; ``watch`` names elements to read after every step (``block.pin[0][1]``), which are shown as well;
    ``seed`` replaces the page's. ``everything`` keeps the nodes that no session runs, for inference. Files that
    texts name and that are not there are looked for in ``folder`` by their base name, then in the ``data``
    folders (None: the user's of this process). ``archives`` knows the arrays beside the project (None: its files are
    read), ``own`` the blocks that are not of the catalog (None: the Python files are read, and there are no pages).
    ``shown`` are addresses within uses, or patterns of them, that sessions show as well where they run them.
    Who plans a page after each edit has a `Planner` (`following`).
    Raises FetchError where ``fetch`` or ``watch`` names what the page does not have.
    """
    own = OwnBlocks.on([page], folder) if own is None else own
    catalog = own.catalog()
    data = user_folders() if data is None else data
    archives = archives or StoredArchives(Companions.of(folder, data))
    whole = inlined(page, own.pages)
    found_files = located(whole.page, catalog, folder, data)
    whole = replace(whole, page=found_files.page)
    order = topological_order(whole.page)
    seed, faults = usable_seed(page.scope.seed if seed is None else seed)
    check = checked_page(page, whole, catalog, folder, archives, own)
    found = check.problems(page.blocks)
    found += problems_within(whole, order.cycles, catalog, folder, archives, own)
    missing = at_uses(missing_among(found_files.texts, folder, data), whole)
    checked = [*with_missing(found, missing, written_names(found_files.texts)), *faults]
    blocks = lowering_order(whole.page, catalog, order.order)
    low = lowered(whole, folder, archives, blocks, seed, own, data)
    return assemble(low, arranged(low, order.order), checked, fetch, watch, everything, shown).plan


def usable_seed(seed: int | None) -> tuple[int | None, list[Problem]]:
    """Return the seed, None where it is not usable, and what is wrong with it."""
    if seed is None or -(2**63) <= seed < 2**63:
        return seed, []
    return None, [error("bad-attr-value", say("setting.seed", seed=seed))]


def lowered(
    whole: Inlined,
    folder: Path,
    archives: Archives,
    order: Sequence[str],
    seed: int | None,
    own: OwnBlocks,
    data: Sequence[Path],
) -> OpLowering:
    """Lower the blocks of known symbols, sources first."""
    rewrites = {**REWRITES, **SECOND_FORMS, **OWN_VARIABLES, **python_rewrites(own.python)}
    catalog = own.catalog()

    def body(function: Page, arguments: Mapping[str, Given]) -> Lowering:
        """Lower a function page whose Arguments are given so; its problems are those of the check as well."""
        inner = inlined(function, own.pages)
        found_files = located(inner.page, catalog, folder, data)
        inner = replace(inner, page=found_files.page)
        sorted_page = topological_order(inner.page)
        found = checked_page(function, inner, catalog, folder, archives, own).problems(function.blocks)
        found += problems_within(inner, sorted_page.cycles, catalog, folder, archives, own)
        special = {**SPECIAL, **USES, **dict.fromkeys(inner.uses.values(), use), **within_function(arguments)}
        made = OpLowering(inner.page, folder, catalog, seed, special, rewrites, archives, inner)
        made.functions, made.drawn_within = functions, functions.drawn_within
        lower_in_order(made, lowering_order(inner.page, catalog, sorted_page.order))
        missing = at_uses(missing_among(found_files.texts, folder, data), inner)
        made.problems = joined(with_missing(found, missing, written_names(found_files.texts)), made.problems)
        return made

    special = {**SPECIAL, **USES, **dict.fromkeys(whole.uses.values(), use)}
    low = OpLowering(whole.page, folder, catalog, seed, special, rewrites, archives, whole)
    functions = low.functions = FunctionBodies(own.pages.pages, body)
    lower_in_order(low, order)
    return low
