"""All tables of mistakes, by what they are about."""

from __future__ import annotations

from tests.support.blind_mistakes.arithmetic import ARITHMETIC
from tests.support.blind_mistakes.arrays import ARRAYS
from tests.support.blind_mistakes.asked import ASKED
from tests.support.blind_mistakes.composed import COMPOSED
from tests.support.blind_mistakes.computed import COMPUTED
from tests.support.blind_mistakes.daily import DAILY
from tests.support.blind_mistakes.drawn import DRAWN
from tests.support.blind_mistakes.everyday import EVERYDAY
from tests.support.blind_mistakes.examined import EXAMINED
from tests.support.blind_mistakes.flow import FLOW
from tests.support.blind_mistakes.further import FURTHER
from tests.support.blind_mistakes.judged import JUDGED
from tests.support.blind_mistakes.mixed import MIXED
from tests.support.blind_mistakes.monthly import MONTHLY
from tests.support.blind_mistakes.networks import NETWORKS
from tests.support.blind_mistakes.numeric import NUMERIC
from tests.support.blind_mistakes.pipelines import PIPELINES
from tests.support.blind_mistakes.precise import PRECISE
from tests.support.blind_mistakes.quiet import QUIET
from tests.support.blind_mistakes.rare import RARE, RARER, RAREST
from tests.support.blind_mistakes.reported import REPORTED
from tests.support.blind_mistakes.seldom import SELDOM, SELDOMER
from tests.support.blind_mistakes.stateful import STATEFUL
from tests.support.blind_mistakes.stored import STORED
from tests.support.blind_mistakes.texts import TEXTS
from tests.support.blind_mistakes.turned import TURNED
from tests.support.blind_mistakes.weekly import WEEKLY
from tests.support.blind_mistakes.worded import WORDED
from tests.support.blind_mistakes.yearly import YEARLY

TABLES = {
    "arrays": ARRAYS,
    "arithmetic": ARITHMETIC,
    "networks": NETWORKS,
    "numeric": NUMERIC,
    "flow": FLOW,
    "texts": TEXTS,
    "further": FURTHER,
    "asked": ASKED,
    "composed": COMPOSED,
    "computed": COMPUTED,
    "daily": DAILY,
    "drawn": DRAWN,
    "everyday": EVERYDAY,
    "weekly": WEEKLY,
    "judged": JUDGED,
    "mixed": MIXED,
    "monthly": MONTHLY,
    "rare": [*RARE, *RARER, *RAREST],
    "precise": PRECISE,
    "quiet": QUIET,
    "reported": REPORTED,
    "worded": WORDED,
    "yearly": YEARLY,
    "examined": EXAMINED,
    "pipelines": PIPELINES,
    "stateful": STATEFUL,
    "stored": STORED,
    "turned": TURNED,
    "seldom": [*SELDOM, *SELDOMER],
}
