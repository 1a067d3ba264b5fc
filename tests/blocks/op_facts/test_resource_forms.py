"""The resource forms of ops on references take the same arguments and attrs, and have kernels for the same dtypes."""

from __future__ import annotations

import pytest
from tensorflow.python.framework import kernels

from app.engine.tf.op_registry import read_op
from blocks.dtypes import DTYPES
from blocks.op_facts.resource_forms import PASSING_HANDLE, RESOURCE_FORMS, WITHOUT_KERNEL
from blocks.op_facts.traits import PASSING_REF
from blocks.symbol import Op
from tests.support.op_trials import OF_THE_CATALOG

pytestmark = OF_THE_CATALOG

_NAMES = {number.number: name for name, number in DTYPES.items()}
_RENAMED = {"T": "dtype"}  # of some forms


@pytest.mark.parametrize(("name", "form"), RESOURCE_FORMS.items())
def test_the_form_takes_a_handle_where_the_op_takes_a_reference(name: str, form: str) -> None:
    op, resource = read_op(name), read_op(form)
    taken = [arg.dtype == "DT_RESOURCE" for arg in resource.inputs]
    assert taken == [arg.is_ref for arg in op.inputs]
    values = [arg.name for arg in op.inputs if not arg.is_ref]
    assert values == [arg.name for arg in resource.inputs if arg.dtype != "DT_RESOURCE"]
    assert [arg.name for arg in resource.outputs] == [arg.name for arg in op.outputs if not arg.is_ref]


@pytest.mark.parametrize(("name", "form"), RESOURCE_FORMS.items())
def test_all_attrs_but_the_lock_have_their_place_in_the_form(name: str, form: str) -> None:
    op, resource = ({attr.name for attr in read_op(n).attrs} for n in (name, form))
    assert resource - op <= set(_RENAMED.values())
    assert op - resource <= {"use_locking", "T", "dtype"}
    assert "T" not in op - resource or "dtype" in resource


@pytest.mark.parametrize(("name", "form"), RESOURCE_FORMS.items())
def test_the_form_has_kernels_for_the_dtypes_of_the_op(name: str, form: str) -> None:
    if not any(attr.type == "type" for attr in read_op(form).attrs):
        return  # VarIsInitializedOp takes any variable
    missing = _dtypes(read_op(name)) - _dtypes(read_op(form)) - {"DT_RESOURCE"}  # no Variable holds a handle
    assert missing == WITHOUT_KERNEL.get(name, set())


def _dtypes(op: Op) -> set[str]:
    """Return the dtypes of Variables for which the op has a kernel on the CPU."""
    found: set[str] = set()
    for kernel in kernels.get_registered_kernels_for_op(op.name).kernel:
        if kernel.device_type == "CPU":
            allowed = [c.allowed_values.list.type for c in kernel.constraint if c.name in ("T", "dtype")]
            found.update(_NAMES[number] for number in (allowed[0] if allowed else _NAMES) if number in _NAMES)
    return found


def test_what_passes_a_reference_on_passes_a_handle_on_under_its_plain_name() -> None:
    assert PASSING_HANDLE.keys() == PASSING_REF - {"RefSelect"}
    for name, plain in PASSING_HANDLE.items():
        op, form = read_op(name), read_op(plain)
        assert [arg.name for arg in op.inputs] == [arg.name for arg in form.inputs]
        assert [arg.name for arg in op.outputs] == [arg.name for arg in form.outputs]
        assert {attr.name for attr in op.attrs} == {attr.name for attr in form.attrs}
