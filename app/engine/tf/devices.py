"""The devices that are there, against the one that a page names."""

from __future__ import annotations

import tensorflow as tf

from app.document.model.problems import Problem, warning
from app.document.model.sentence import say
from blocks.requirement import Actual


def absent_device(name: str, session: tf.compat.v1.Session) -> list[Problem]:
    """Return a warning where the page names a device that is not there: TensorFlow takes the CPU without a word."""
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
    sentence = say("setting.absent-device", device=name)
    hint = say("hint.present-devices", devices=there)
    return [warning("bad-attr-value", sentence, actual=Actual(name=name), hint=hint)]
