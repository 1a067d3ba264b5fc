"""Messages about tables, packed messages (protos), checkpoints and summaries, each with what is at fault."""

from __future__ import annotations

from typing import Any

from app.document.model.sentence import say
from app.engine.diagnostics.complaint import Complaint, Match, Site, complaint
from app.engine.diagnostics.complaint_parts import has_shape, is_dtype, is_shape, one_of
from app.engine.diagnostics.message_patterns import said_shape
from blocks.dtypes import label, said_dtype
from blocks.requirement import Actual, RankOf, Requirement, of_dtypes

_SLICES = "shape_and_slices shape_and_slice shapes_and_slices"
# The type of a field -> the dtypes that it is read as and written from.
_FIELD_DTYPES = {
    "double": ("float64",),
    "float": ("float32", "float64"),
    "bool": ("bool",),
    "enum": ("int32",),
    **dict.fromkeys(("int32", "sint32", "sfixed32"), ("int32", "int64")),
    **dict.fromkeys(("int64", "sint64", "sfixed64"), ("int64",)),
    **dict.fromkeys(("uint32", "fixed32"), ("uint32", "int64", "uint64")),
    **dict.fromkeys(("uint64", "fixed64"), ("uint64", "int64")),
}


def _of_field(group: int) -> Any:
    """Return the requirement of a dtype that a field of the type in a group has; texts and messages are strings."""
    return lambda m, site: of_dtypes(*_FIELD_DTYPES.get(m[group], ("string",)))


def _values_of(m: Match, site: Site) -> str:
    """Return the tensor of a field's values."""
    names = [str(name) for name in site.attrs.get("field_names") or ()]
    return f"values[{names.index(m[1])}]" if m[1] in names else "values"


def _for_each_field(m: Match, site: Site) -> Any:
    return say("needs.one-for-each", count=len(site.attrs.get("field_names") or ()), name="field_names")


def _within_stored(m: Match, site: Site) -> Any:
    """Return the requirement of a part that ends within a dimension."""
    shape, at = said_shape(m[2]) or (), int(m[1])
    return say("needs.part-within", size=shape[at] if at < len(shape) else None, dimension=at)


STORED_COMPLAINTS: tuple[Complaint, ...] = (
    # tables
    complaint(
        r"(?:Insert|Remove|Import\w*) not supported by InitializableLookupTable",
        "table_handle",
        say("needs.open-table"),
        lambda m, site: say("actual.table-filled-once"),
        hint=say("hint.open-table"),
    ),
    complaint(
        r"Table .* is not initializable",
        "table_handle",
        say("needs.table-filled-once"),
        lambda m, site: say("actual.open-table"),
        hint=say("hint.fill-open-table"),
    ),
    # packed messages
    complaint(
        r"Unknown field: (\S+) in message type (\S+)",
        "field_names",
        lambda m, site: say("needs.fields-of-message", message=m[2]),
        lambda m, site: Actual(name=m[1]),
    ),
    complaint(
        r"No descriptor found for message type (\S+)",
        "message_type",
        say("needs.message-type"),
        lambda m, site: Actual(name=m[1]),
    ),
    complaint(
        r"Unexpected output type for \S+: (\w+) to (\w+)",
        "output_types",
        _of_field(1),
        lambda m, site: Actual(dtype=label(m[2])),
    ),
    complaint(
        r"Incompatible type for field (\S+)\.\s+Saw dtype: (\w+) but field type is: (\w+)",
        _values_of,
        _of_field(3),
        is_dtype(2),
    ),
    complaint(
        r"Invalid shape for field (\S+)\.\s+Saw shape (\[[\d,]*\]) but it should be at least a matrix",
        _values_of,
        Requirement(shape=RankOf((2,), "least")),
        is_shape(2),
    ),
    complaint(
        r"field_names and output_types attributes must have the same length",
        "output_types",
        _for_each_field,
        lambda m, site: Actual(count=len(site.attrs.get("output_types") or ())),
    ),
    complaint(
        r"CountFields: Failed to consume|Unable to parse (?:text|binary) proto|Unable to parse proto",
        "bytes",
        lambda m, site: say("needs.packed-message", message=str(site.attrs.get("message_type"))),
    ),
    complaint(r"format must be one of binary or text", "message_format", one_of("binary", "text")),
    complaint(
        r"Source does not represent serialized file descriptor set",
        "descriptor_source",
        say("needs.descriptors"),
    ),
    complaint(
        r"Input to DecodeRaw has length (\d+) that is not a multiple of (\d+), the size of (\w+)",
        "bytes",
        lambda m, site: say("needs.multiple-of-bytes", size=int(m[2]), dtype=said_dtype(m[3])),
        lambda m, site: say("actual.so-many-bytes", count=int(m[1])),
    ),
    # checkpoints
    complaint(
        r"Expected to restore a tensor of type (\w+), got a tensor of type (\w+) instead: tensor_name = (.*)",
        "dt dtypes",
        lambda m, site: say("needs.dtype-of-stored", dtype=said_dtype(m[2]), name=m[3].strip()),
        is_dtype(1),
    ),
    complaint(
        r"Extent in dimension (\d+) out of bounds: shape = (\[[\d,]*\]), slice = ([-\d,:]*)",
        _SLICES,
        _within_stored,
        lambda m, site: Actual(name=m[3].split(":")[int(m[1])]),
    ),
    complaint(
        r"Mismatching ranks: shape = (\[[\d,]*\]), slice = ([-\d,:]*)",
        _SLICES,
        lambda m, site: say("needs.part-of-each", rank=len(said_shape(m[1]) or ())),
        lambda m, site: Actual(name=m[2]),
    ),
    complaint(
        r"Adding duplicate key: (.*)",
        "tensor_names",
        say("needs.names-once"),
        lambda m, site: say("actual.twice", what=m[1].strip()),
    ),
    # summaries and arrays of tensors
    complaint(
        r"Duplicate tag (.*?) found in summary inputs",
        "inputs",
        say("needs.tags-once"),
        lambda m, site: say("actual.twice", what=m[1]),
    ),
    complaint(
        r"Expected len\(indices\) == values\.shape\[0\], but saw: (\d+) vs\. (\d+)",
        "value indices",
        lambda m, site: say("needs.number-in-dimension", size=int(m[1]), dimension=0),
        has_shape("value"),
    ),
)
