"""A page session whose quick steps are all done in the calling thread (imported by real workers)."""

from __future__ import annotations

from app.engine.tf.page_session import PageSession
from app.engine.tf.session_calls import Quick

INLINE_SESSION = "tests.support.inline_session:InlineSession"


class InlineSession(PageSession):
    """Runs pages as always, but takes no time to find out which way is quicker."""

    def quick(self, keys: frozenset[str], probe: bool, inline: bool = False) -> Quick | None:
        """Return the steps in the calling thread; None where they may not be done so."""
        return super().quick(keys, probe, inline=True)
