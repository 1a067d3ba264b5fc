"""Plans the pages of a file before they run or are checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.cli.exits import Refused
from app.cli.opening import Opened
from app.document.model.diagram import Page
from app.document.model.problems import errors_in
from app.document.resources.archives import StoredArchives
from app.document.resources.companion_files import Companions
from app.engine.analysis.page_analysis import Checked, PageAnalysis, analyse, file_problems
from app.engine.compiler.errors import FetchError, WatchError
from app.engine.compiler.make_plan import make_plan
from app.engine.compiler.plan import Plan
from app.messages import error_text

if TYPE_CHECKING:  # it brings NumPy, which a check without types does not need
    from app.engine.host.interface import EngineInterface

_INFERENCE = 60.0  # seconds for a page's types; a page that needs more is reported as such


@dataclass(frozen=True)
class Planned:
    """A page's plan, all that is known of the page before a run, and whether that stops it."""

    plan: Plan
    analysis: PageAnalysis
    stops: bool

    @property
    def page(self) -> Page:
        """Return the page."""
        return self.analysis.page


def plan_page(
    page: Page,
    opened: Opened,
    fetch: Sequence[str] = (),
    seed: int | None = None,
    *,
    watch: Sequence[str] = (),
    everything: bool = False,
    imported: bool = True,
    companions: Companions | None = None,
    shown: Sequence[str] = (),
) -> Planned:
    """Plan one page. Raises Refused where ``fetch`` or ``watch`` names what the page does not have.

    ``companions`` are the files beside the project that may be read (None: those of its folders).
    ``everything`` keeps the blocks that nothing runs, so that their types can be inferred; ``imported`` adds
    what was repaired, replaced and set aside of a page of another program. ``shown`` is that of `make_plan`.
    """
    try:
        plan = make_plan(
            page,
            opened.folder,
            fetch=fetch,
            watch=watch,
            seed=seed,
            everything=everything,
            data=opened.data,
            own=opened.own_blocks([page], companions),
            archives=StoredArchives(companions or Companions.of(opened.folder, opened.data)),
            shown=shown,
        )
    except FetchError as fault:
        raise Refused(
            f"{'--watch' if isinstance(fault, WatchError) else '--fetch'}: {error_text(fault)}"
        ) from fault
    found = [p for p in opened.problems.get(page.name, ()) if imported or p.code != "imported"]
    checked = Checked.of(plan)
    stops = plan.stops or errors_in(file_problems(found, checked))
    return Planned(plan, analyse(page, checked, of_file=found), stops)


def plan_pages(
    pages: Sequence[Page],
    opened: Opened,
    fetch: Sequence[str],
    seed: int | None,
    watch: Sequence[str] = (),
    companions: Companions | None = None,
    shown: Sequence[str] = (),
) -> list[Planned]:
    """Plan every page; with several, each fetches what it has of ``fetch``. Raises Refused.

    ``watch`` names elements to read after every step; ``companions`` and ``shown`` are as for a page.
    """
    for name in fetch:
        if len(pages) > 1 and name != "**" and not any(_block_of(name) in page.blocks for page in pages):
            raise Refused(f"--fetch {name}: no page has a block {_block_of(name)!r}")
    return [
        plan_page(
            page,
            opened,
            _fetch_of(page, fetch, len(pages)),
            seed,
            watch=watch,
            imported=False,
            companions=companions,
            shown=shown,
        )
        for page in pages
    ]


def _fetch_of(page: Page, fetch: Sequence[str], pages: int) -> list[str]:
    """Return what of ``fetch`` concerns the page; all, so that faults show, where it is the only one."""
    return [name for name in fetch if pages == 1 or name == "**" or _block_of(name) in page.blocks]


def _block_of(name: str) -> str:
    """Return the block on the page itself that an address begins with."""
    return name.partition(".")[0].partition("/")[0]


def analysed_page(page: Page, opened: Opened, engine: EngineInterface | None) -> PageAnalysis:
    """Return what is known of a page; with an engine, TensorFlow infers its types."""
    plan = plan_page(page, opened, everything=engine is not None).plan
    inference = None if engine is None else engine.infer(plan, opened.folder, timeout=_INFERENCE)
    of_file = opened.problems.get(page.name, ())
    catalog = opened.own_blocks([page]).catalog()
    return analyse(page, Checked.of(plan), inference, plan=plan, of_file=of_file, catalog=catalog)
