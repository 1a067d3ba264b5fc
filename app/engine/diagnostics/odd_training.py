"""Rates and strengths of training steps that an op takes without an error though they make the weights useless."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from app.document.model.sentence import Sentence, say
from app.engine.compiler.plan import PlanNode
from app.engine.diagnostics.odd_numbers import Array, Look, Names, Odd
from blocks.catalog import load
from blocks.requirement import Actual, InRange, Requirement


class _Limit(NamedTuple):
    """What a number of a training step may be, as a test and as words."""

    holds: Callable[[float], bool]
    needs: Requirement | Sentence


# Of a moving average, a share of 1 leaves nothing to what comes, or is divided by 0.
_SHARE = _Limit(lambda n: 0 <= n < 1, say("needs.share-below-1"))
_STRENGTH = _Limit(lambda n: n >= 0, Requirement(values=InRange(0)))
_RATE = _Limit(lambda n: n > 0, Requirement(values=InRange(0, open=True)))
_POWER = _Limit(lambda n: n <= 0, Requirement(values=InRange(None, 0)))

_ADAM = {"beta1_power": _SHARE, "beta2_power": _SHARE, "beta1": _SHARE, "beta2": _SHARE, "epsilon": _STRENGTH}
_MEANS = {"rho": _SHARE, "epsilon": _STRENGTH}
_FTRL = {"lr": _RATE, "l1": _STRENGTH, "l2": _STRENGTH, "l2_shrinkage": _STRENGTH, "lr_power": _POWER}

# Optimizer -> its arguments that have limits; those that an op refuses by itself come no further.
_LIMITS: dict[str, dict[str, _Limit]] = {
    "Adam": _ADAM, "AdamWithAmsgrad": _ADAM, "AdaMax": _ADAM,
    "Adadelta": _MEANS, "RMSProp": _MEANS, "CenteredRMSProp": _MEANS,
    "Ftrl": _FTRL, "FtrlV2": _FTRL,
}  # fmt: skip


def _limits(op_name: str) -> list[tuple[int, _Limit]]:
    """Return the positions of an op's numbers that have limits, with these."""
    op, limits = load().op(op_name), _LIMITS[_OPTIMIZERS[op_name]]
    return [(i, limits[arg.name]) for i, arg in enumerate(op.inputs if op else ()) if arg.name in limits]


def _positions(node: PlanNode) -> Sequence[int]:
    return [position for position, _ in _limits(node.op)]


def _beyond(node: PlanNode, values: Sequence[Array], names: Names) -> Odd | None:
    """Find the first number that is not as it may be."""
    for (position, limit), value in zip(_limits(node.op), values, strict=True):
        number = float(value.reshape(-1)[0]) if value.size == 1 else None
        if number is not None and not limit.holds(number):
            actual, result = Actual(value=f"{number:g}"), say("odd.no-training")
            sentence = say("odd.attr", pin=names[position], needs=limit.needs, actual=actual, result=result)
            return Odd(position, sentence, limit.needs, actual)
    return None


_OPTIMIZERS = {f"{kind}Apply{name}": name for kind in ("", "Resource") for name in _LIMITS}

TRAINING_LOOKS: dict[str, Look] = dict.fromkeys(_OPTIMIZERS, Look(_positions, _beyond))
