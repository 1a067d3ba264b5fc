"""What the elements of datasets and iterators are, as far as a plan knows it: it follows the wires from block to block.

So the attrs that say it (`output_types`, `output_shapes`) may be left out. A shape that no text and no constant says
is unknown here; TensorFlow finds more of them when the page is built.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from typing import Any, NamedTuple

from msgspec.structs import replace

from app.document.model.diagram import Page, PinRef, Wire
from app.document.model.sentence import say
from app.document.model.topology import topological_order
from app.engine.compiler.constants import values_of
from app.engine.compiler.errors import PinFault
from app.engine.compiler.plan import Constant
from blocks.catalog import Catalog
from blocks.dtypes import BY_LABEL, label
from blocks.op_facts import datasets
from blocks.requirement import Actual, Requirement, ShapeOf
from blocks.symbol import Op, Symbol, pins_by_name
from blocks.tensor_spec import Shape, TensorSpec

Element = tuple[TensorSpec, ...]


class Given(NamedTuple):
    """What one input of an op brings: dtype, shape where it is known, value where it is a constant, elements.

    ``is_ref``: it is the reference of a Variable.
    """

    dtype: str
    shape: Shape | None = None
    value: Constant | None = None
    element: Element | None = None
    is_ref: bool = False


GivenInputs = Mapping[str, Sequence[Given]]  # by the op's argument


def has_elements(op: Op) -> bool:
    """Return whether an op gives a dataset or iterator, or tensors of an element."""
    known = _HAS_ELEMENTS.get(op.name)
    if known is None:
        types = any(attr.name in datasets.ELEMENT_TYPES for attr in op.attrs)
        known = _HAS_ELEMENTS[op.name] = types or datasets.elements_follow(op)
    return known


_HAS_ELEMENTS: dict[str, bool] = {}


def element_of(op: Op, attrs: Mapping[str, Any], inputs: GivenInputs) -> Element | None:
    """Return what the elements of an op are: as its attrs say, else as follows from its inputs; None: not known."""
    types = next((attrs[name] for name in datasets.ELEMENT_TYPES if attrs.get(name)), None)
    found = following_element(op, inputs)
    if types is None:
        return found
    if found is not None and [BY_LABEL[part.dtype].name for part in found] == list(types):
        shapes = attrs.get("output_shapes")
        return (
            found if shapes is None else tuple([_narrowed(p, s) for p, s in zip(found, shapes, strict=False)])
        )
    shapes = attrs.get("output_shapes") or [None] * len(types)
    if len(shapes) != len(types):
        return None
    return tuple([TensorSpec(label(t) or t, _shape(s)) for t, s in zip(types, shapes, strict=True)])


def with_stored(op: Op, attrs: Mapping[str, Any], inputs: GivenInputs) -> GivenInputs:
    """Return what an op takes; of one that reads stored elements, what these are, as its attrs say."""
    if op.name not in datasets.STORED or not attrs.get("output_types"):
        return inputs
    argument = datasets.STORED[op.name]
    element = element_of(op, attrs, {})
    return {**inputs, argument: [one._replace(element=element) for one in inputs.get(argument, ())]}


def padding_fault(op: Op, inputs: GivenInputs) -> PinFault | None:
    """Return what is wrong with sizes to which elements are to be padded: there is one for each of their own."""
    element = next((one.element for one in inputs.get("input_dataset", ())), None)
    if op.name not in datasets.PADDING or element is None:
        return None
    for i, (part, sizes) in enumerate(zip(element, inputs.get("padded_shapes", ()), strict=False)):
        if part.shape is None or sizes.value is None or sizes.value.shape == (len(part.shape),):
            continue
        spec = TensorSpec(part.dtype, part.shape)
        count = len(values_of(sizes.value))
        sentence = say("data.padded-sizes", index=i, element=str(spec), count=len(part.shape), sizes=count)
        needs, there = Requirement(shape=ShapeOf((len(part.shape),))), Actual(shape=sizes.value.shape)
        return PinFault("bad-shape", "padded_shapes", sentence, needs, there)
    return None


def unlike_fault(op: Op, inputs: GivenInputs) -> PinFault | None:
    """Return what is wrong with datasets that an op puts one behind the other: their elements are of one kind."""
    pins = _ONE_KIND.get(op.name, ())
    taken = [(pin, one.element) for pin in pins for one in inputs.get(pin, ()) if one.element is not None]
    for pin, element in taken[1:]:
        first, other = (tuple([part.dtype for part in one]) for one in (taken[0][1], element))
        if first != other:
            sentence = say("data.unlike-elements", pin=pin, there=other, first=first)
            code = "dtype-conflict" if len(first) == len(other) else "bad-count"
            needs = Requirement(dtypes=first, in_order=True)
            return PinFault(code, pin, sentence, needs, Actual(dtypes=other))
    return None


_ONE_KIND = {"ConcatenateDataset": ("input_dataset", "another_dataset")} | {
    name: (pin,) for name, pin in datasets.PASSING.items() if pin.endswith("input_datasets")
}


def padding_types(op: Op, inputs: GivenInputs, wired: Container[str]) -> tuple[tuple[str, Any], ...]:
    """Return the dtypes of texts with which elements are padded: they are those of the elements."""
    element = next((one.element for one in inputs.get("input_dataset", ())), None)
    values = inputs.get("padding_values", ())
    if op.name not in datasets.PADDING or element is None or len(values) != len(element):
        return ()
    return () if "padding_values" in wired else attrs_of(element, [datasets.PADDED_TYPES])


def types_fault(
    symbol: Symbol, said: Mapping[str, Any], given: Mapping[str, Any], *, of_page: bool = True
) -> PinFault | None:
    """Return what is wrong with the dtypes that a block ``said`` its elements to be, as its page or wires give them."""
    for name in datasets.ELEMENT_TYPES:
        types, there = said.get(name), given.get(name)
        if types and there and tuple(types) != tuple(there):
            pin = next((p.name for p in symbol.inputs if p.attr == name), "attrs")
            says = tuple([label(dtype) or dtype for dtype in types])
            gives = tuple([label(dtype) or dtype for dtype in there])
            sentence = say("data.element-types", name=name, says=says, gives=gives)
            hint = say("hint.element-types-of-wires", name=name)
            if of_page:
                sentence = say("function.element-types", name=name, says=says, gives=gives)
                hint = say("hint.element-types", name=name)
            code = "dtype-conflict" if len(says) == len(gives) else "bad-count"
            needs = Requirement(dtypes=gives, in_order=True)
            return PinFault(code, pin, sentence, needs, Actual(dtypes=says), hint)
    return None


def following_fault(op: Op, symbol: Symbol, attrs: Mapping[str, Any], inputs: GivenInputs) -> PinFault | None:
    """Return what is wrong with the dtypes that a block says its elements to be, where they follow from its wires."""
    found = None if op.name in datasets.CHOOSING else following_element(op, inputs)
    if found is None:
        return None
    names = [name for name in attrs if name in datasets.ELEMENT_TYPES and name not in _input_types(op)]
    return types_fault(symbol, attrs, dict(attrs_of(found, names)), of_page=False)


def gives_dataset(op: Op) -> bool:
    """Return whether an op gives a dataset. Its kernel does not look at the types that its attrs say."""
    return bool(op.outputs) and op.outputs[0].dtype == "DT_VARIANT"


def _input_types(op: Op) -> frozenset[str]:
    """Return the attrs that are the dtypes of lists which an op takes: texts and wires there say them."""
    return frozenset([arg.type_list_attr for arg in op.inputs if arg.type_list_attr])


def batched(op: Op, element: Element, inputs: GivenInputs) -> Element:
    """Return the elements of an op that makes such ones by a function: some put several together."""
    known = datasets.BATCHING.get(op.name)
    return element if known is None else _with_first(element, _batch_size(inputs, *known))


def following_attrs(op: Op, attrs: Mapping[str, Any], inputs: GivenInputs) -> tuple[tuple[str, Any], ...]:
    """Return the attrs of an op that say what its elements are, where they are left out and follow from its inputs."""
    missing = [
        a.name
        for a in op.attrs
        if a.name in datasets.ELEMENT_TYPES | datasets.ELEMENT_SHAPES and a.name not in attrs
    ]
    if not missing:
        return ()
    found = element_of(op, attrs, inputs)
    return () if found is None else attrs_of(found, missing)


def attrs_of(element: Element, names: Sequence[str]) -> tuple[tuple[str, Any], ...]:
    """Return the attrs ``names`` of what has such elements, in their plain form."""
    return tuple(
        [
            (
                name,
                tuple([part.shape for part in element])
                if name in datasets.ELEMENT_SHAPES
                else tuple([BY_LABEL[part.dtype].name for part in element]),
            )
            for name in names
        ]
    )


def following_element(op: Op, inputs: GivenInputs) -> Element | None:
    """Return what follows of an op's elements from its inputs alone."""
    name = op.name
    if name in datasets.SCALARS:
        return (TensorSpec(label(datasets.SCALARS[name]) or "", ()),)
    if name in datasets.COLUMNS:
        return tuple(
            [TensorSpec(label(one.dtype) or "", ()) for one in inputs.get(datasets.COLUMNS[name], ())]
        )
    if name in datasets.OF_TENSORS | datasets.OF_SLICES:
        parts = [one for arg in op.inputs if arg.type_list_attr for one in inputs.get(arg.name, ())]
        sliced = name in datasets.OF_SLICES
        return tuple([TensorSpec(label(one.dtype) or "", _sliced(one.shape, sliced)) for one in parts])
    if name in datasets.SPARSE_BATCHING:
        return (TensorSpec("variant", None),)
    taken = [one.element for one in inputs.get(_source(name), ())]
    if not taken or any(one is None for one in taken):
        return None
    elements = [one for one in taken if one is not None]
    if name in datasets.JOINING:
        return tuple([part for one in elements for part in one])
    first = elements[0] if len(elements) == 1 else common_element(elements)
    if name == "ConcatenateDataset":
        other = [one.element for one in inputs.get("another_dataset", ())]
        return None if not other or other[0] is None else common_element([first, other[0]])
    return _changed(name, first, inputs)


def _source(name: str) -> str:
    """Return the argument of an op that brings datasets, or the iterator."""
    return datasets.PASSING.get(name) or datasets.JOINING.get(name) or "input_dataset"


def _changed(name: str, element: Element, inputs: GivenInputs) -> Element | None:
    """Return the elements of an op that changes those of the dataset which it takes."""
    if name in datasets.PASSING or name in datasets.ITERATORS:
        return element
    if name in datasets.BATCHING:
        return _with_first(element, _batch_size(inputs, *datasets.BATCHING[name]))
    if name in datasets.REBATCHING:
        return tuple([replace(p, shape=None if p.shape is None else (None, *p.shape[1:])) for p in element])
    if name in datasets.UNBATCHING:
        return tuple([replace(p, shape=_sliced(p.shape, True)) for p in element])
    if name in datasets.PADDING:
        open_sizes = [replace(p, shape=None if p.shape is None else (None,) * len(p.shape)) for p in element]
        return _with_first(tuple(open_sizes), _batch_size(inputs, "batch_size", "drop_remainder"))
    if name in datasets.WINDOWS:
        return tuple([TensorSpec("variant", (), (part,)) for part in element])
    return None


def _batch_size(inputs: GivenInputs, size: str, drops: str) -> int | None:
    """Return how many elements are put together, where it is always the same number."""
    drop = next(iter(inputs.get(drops, ())), None)
    count = next(iter(inputs.get(size, ())), None)
    if drop is None or drop.value is None or count is None or count.value is None:
        return None
    sizes = values_of(count.value)
    return int(sizes[0]) if len(sizes) == 1 and any(values_of(drop.value)) else None  # type: ignore[arg-type]


def _with_first(element: Element, size: int | None) -> Element:
    return tuple([replace(p, shape=None if p.shape is None else (size, *p.shape)) for p in element])


def _sliced(shape: Shape | None, sliced: bool) -> Shape | None:
    """Return the shape of a slice along the first dimension."""
    if not sliced or shape is None:
        return shape
    return shape[1:] if shape else None


def common_element(elements: Sequence[Element]) -> Element:
    """Return what several elements have in common; their dtypes are those of the first one."""
    first = elements[0]
    for other in elements[1:]:
        if len(other) == len(first):
            first = tuple([_common_part(a, b) for a, b in zip(first, other, strict=True)])
    return first


def _common_part(one: TensorSpec, other: TensorSpec) -> TensorSpec:
    if one.shape is None or other.shape is None or len(one.shape) != len(other.shape):
        return replace(one, shape=None)
    sizes = zip(one.shape, other.shape, strict=True)
    return replace(one, shape=tuple([a if a == b else None for a, b in sizes]))


def merged_shapes(shapes: Sequence[Any], element: Element) -> list[Shape | None]:
    """Return the shapes that an attr says, with what is known of an element where it leaves them open."""
    if len(shapes) != len(element):
        return list(shapes)
    return [_narrowed(part, said).shape for part, said in zip(element, shapes, strict=True)]


def _narrowed(part: TensorSpec, said: Any) -> TensorSpec:
    """Return a part with the shape that an attr says, and what is known of it where the attr leaves it open."""
    shape = _shape(said)
    if shape is None or part.shape is None or len(shape) != len(part.shape):
        return part if shape is None else replace(part, shape=shape)
    return replace(part, shape=tuple([b if a is None else a for a, b in zip(shape, part.shape, strict=True)]))


def _shape(said: Any) -> Shape | None:
    """Return a shape of an attr: None for an unknown rank, None in it for an unknown size."""
    if not isinstance(said, (list, tuple)):
        return None
    return tuple([None if size in (None, -1) else int(size) for size in said])


# --- iterators, which come before the datasets with which they are begun


def lowering_order(page: Page, catalog: Catalog, order: Sequence[str]) -> list[str]:
    """Return the blocks in the order in which they are lowered: iterators behind the datasets that begin them.

    ``order`` has sources first; it stays where a dataset needs the iterator itself.
    """
    begun = begun_by(page, catalog)
    if not begun:
        return list(order)
    wires = [Wire(source=source, target=PinRef(name, "begun")) for name, source in begun.items()]
    again = topological_order(replace(page, wires=[*page.wires, *wires]))
    return list(order) if again.cycles else again.order


def begun_by(page: Page, catalog: Catalog) -> dict[str, PinRef]:
    """Return by iterator the output that gives the dataset with which it is begun."""
    iterators, makers = set[str](), set[str]()
    symbols = {block.symbol for block in page.blocks.values()}
    ops = {symbol.op for symbol in map(catalog.get, symbols) if symbol is not None}
    if datasets.ITERATORS.isdisjoint(ops) or datasets.BEGINNING_DATA.isdisjoint(ops):
        return {}
    for block in page.blocks.values():
        symbol = None if block.off else catalog.get(block.symbol)
        if symbol is not None and symbol.op in datasets.ITERATORS:
            iterators.add(block.id)
        elif symbol is not None and symbol.op in datasets.BEGINNING_DATA:
            makers.add(block.id)
    if not iterators or not makers:
        return {}
    given: dict[str, dict[str, PinRef]] = {}  # by maker, what its pins are wired to
    for wire in page.wires:
        if wire.target.block in makers:
            symbol = catalog.get(page.blocks[wire.target.block].symbol)
            pin = pins_by_name(symbol, "in").get(wire.target.pin) if symbol else None
            given.setdefault(wire.target.block, {}).setdefault(pin.name if pin else "", wire.source)
    found: dict[str, PinRef] = {}
    for pins in given.values():
        if "iterator" in pins and "dataset" in pins and pins["iterator"].block in iterators:
            found.setdefault(pins["iterator"].block, pins["dataset"])
    return found
