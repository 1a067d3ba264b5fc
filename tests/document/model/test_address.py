"""The one grammar of addresses: what reads, how it spells, and that it leaves room for pages used as blocks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.document.model.address import Address, parse_address, split_address
from app.document.model.diagram import PinRef
from app.document.model.sentence import say
from tests.support.random_projects import ids, pin_names
from tests.support.words import raises_saying


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("read.contents", Address("read", "contents")),
        ("grad.grad_outputs[3]", Address("grad", "grad_outputs", (3,))),
        ("cost.output[0][12]", Address("cost", "output", (0, 12))),
        ("layer1/conv.output", Address("conv", "output", (), ("layer1",))),
        ("t/s1.y[2]", Address("s1", "y", (2,), ("t",))),
        ("a/b/c.y", Address("c", "y", (), ("a", "b"))),
        ("a.b/c.d", Address("a", "b/c.d")),
    ],
)
def test_an_address_reads(text, address):
    assert parse_address(text) == address
    assert str(address) == text


@pytest.mark.parametrize(
    "text", ["", "a", "a.", ".b", "a b.c", "-a.b", "a/.b", "/a.b", "a.b[", "a.b[x]", "a.b[1]c"]
)
def test_what_is_no_address_is_refused(text):
    with raises_saying(ValueError, say("address.unreadable")):
        parse_address(text)


@given(st.lists(ids, max_size=2), ids, pin_names, st.lists(st.integers(0, 10**6), max_size=3))
def test_every_address_reads_from_its_own_spelling(uses, block, pin, index):
    address = Address(block, pin, tuple(index), tuple(uses))
    assert parse_address(str(address)) == address
    blank, owner, rest = split_address(f" {address} < 1")
    assert (blank, owner, rest) == (" ", "/".join([*uses, block]), f"{str(address)[len(owner) :]} < 1")


@pytest.mark.parametrize("text", ["layer1/conv.output", "a.b[0][1]"])
def test_no_wire_leads_into_another_page_or_to_a_single_element(text):
    with raises_saying(ValueError, say("address.unreadable")):
        PinRef.parse(text)
