"""The devices that are there, against the one that a page names."""

from __future__ import annotations

import tensorflow as tf

from app.document.model.problems import Problem, warning
from app.document.model.sentence import say
from app.engine.compiler.plan import Plan
from blocks.requirement import Actual


def absent_devices(plan: Plan, session: tf.compat.v1.Session) -> list[Problem]:
    """Return warnings where a page or its blocks name devices that are not there: TensorFlow takes the CPU then."""
    found = _absent(plan.device, session, None)
    symbols = plan.all_symbols
    for block, device in plan.device_settings.items():
        if block in symbols:
            found += _absent(device, session, block)
    return found


def _absent(name: str, session: tf.compat.v1.Session, block: str | None) -> list[Problem]:
    try:
        asked = tf.compat.v1.DeviceSpec.from_string(name)
    except ValueError:  # a fault of the page, which is found without TensorFlow
        return []
    kind = asked.device_type
    if kind in (None, "*"):
        return []
    found = [tf.compat.v1.DeviceSpec.from_string(device.name) for device in session.list_devices()]
    alike = [device for device in found if device.device_type == kind.upper()]
    if any(asked.device_index in (None, device.device_index) for device in alike):
        return []
    there = tuple(f"/{device.device_type.lower()}:{device.device_index}" for device in found)
    of_page, of_block = say("setting.absent-device", device=name), say("block.absent-device", device=name)
    sentence = of_page if block is None else of_block
    hint = say("hint.present-devices", devices=there)
    return [warning("bad-attr-value", sentence, block, actual=Actual(name=name), hint=hint)]
