"""Messages about tables, data sets and their elements, each with what is at fault."""

from __future__ import annotations

from app.document.model.sentence import Sentence, say
from app.engine.diagnostics.complaint import Complaint, Match, Site, complaint
from app.engine.diagnostics.complaint_parts import (
    NUMBER,
    SHAPE,
    below,
    dtype,
    is_count,
    is_dtype,
    is_shape,
    is_value,
    least,
    rows_of_most,
    said_name,
    shaped,
    unlike_rows,
    unlike_shape,
    up_to,
)
from app.engine.diagnostics.message_patterns import said_shape
from blocks.dtypes import said_dtype
from blocks.requirement import Actual, RankOf, Requirement, of_dtypes
from blocks.tensor_spec import Shape


def _differing(m: Match, side: int) -> tuple[int, str, str]:
    """Return which dtype of a signature's inputs (side 1) or outputs (2) differs, as it is and as it must be."""
    have, right = m[side].split(", "), m[side + 2].split(", ")
    pairs = enumerate(zip(have, right, strict=False))
    return next(((i, a.removesuffix("_ref"), b) for i, (a, b) in pairs if a != b), (-1, "", ""))


def _signature(m: Match) -> tuple[int, str, str]:
    """Return the first difference of two signatures; -1 where it is among the outputs."""
    found = _differing(m, 1)
    return found if found[0] >= 0 else (-1, *_differing(m, 2)[1:])


def _signature_names(m: Match, site: Site) -> str:
    place = _signature(m)[0]
    return (
        site.inputs[place].argument.name
        if 0 <= place < len(site.inputs)
        else "component_types dtypes Tvalues"
    )


def _two_shapes(m: Match) -> list[Shape | None]:
    """Return two shapes of elements, the smaller one first: as they are made at once, either may come first."""
    return [said_shape(text) for text in sorted((m[1], m[2]), key=lambda text: (len(text), text))]


def _other_length(site: Site) -> int:
    """Return which of the arguments that are taken apart is the first whose length is not that of the first one."""
    shapes = [i.shape for i in site.inputs if i.argument.name == "arguments"]
    lengths = [shape[0] if shape else None for shape in shapes]
    return next((i for i, length in enumerate(lengths) if length != lengths[0]), 0)


def _as_first_argument(m: Match, site: Site) -> Sentence | None:
    shape = site.shape("arguments[0]")
    return say("needs.number-in-dimension", size=shape[0], dimension=0) if shape else None


DATA_COMPLAINTS: tuple[Complaint, ...] = (
    complaint(
        r"Signature mismatch, have: (.*?)->(.*?) expected: (.*?)->([\w, ]*)",
        _signature_names,
        lambda m, site: of_dtypes(said_dtype(_signature(m)[2])),
        lambda m, site: Actual(dtype=said_dtype(_signature(m)[1])),
    ),
    complaint(
        rf"Incompatible shapes at component \d+: expected {SHAPE} but got {SHAPE}",
        "output_shapes",
        shaped(1),
        is_shape(2),
        "TensorDataset TensorSliceDataset",
    ),
    complaint(
        r"Shape of a default must be a length-0 or length-1 vector",
        lambda m, site: next(
            (str(i.argument) for i in site.inputs[1:] if i.shape not in ((), (0,), (1,))), ""
        ),
        say("needs.one-value-or-none"),
        None,
        "DecodeCSV",
    ),
    complaint(
        r"different value for same key\. Key (.*?) has",
        "keys dataset",
        say("needs.keys-once"),
        lambda m, site: say("actual.twice", what=m[1]),
    ),
    complaint(
        r"Table not initialized",
        "table_handle",
        say("needs.filled-table"),
        lambda m, site: say("actual.empty-table"),
    ),
    complaint(rf"Expected shape {SHAPE} for value, got {SHAPE}", "values keys", shaped(1), is_shape(2)),
    complaint(
        rf"Expected shape {SHAPE} or {SHAPE} for default value, got {SHAPE}",
        "default_value",
        lambda m, site: say("needs.one-of-shapes", one=said_shape(m[1]), other=said_shape(m[2])),
        is_shape(3),
    ),
    complaint(
        r"selector input must be a dataset of scalar int64",
        "selector_input_dataset",
        say("needs.selector"),
        lambda m, site: say("actual.other-elements"),
    ),
    complaint(
        r"Dataset had more than one element",
        "dataset",
        say("needs.one-element"),
        lambda m, site: say("actual.several-elements"),
        hint=say("hint.take-one"),
    ),
    complaint(
        r"Dataset was empty", "dataset", say("needs.one-element"), lambda m, site: say("actual.no-element")
    ),
    complaint(rf"Index out of range \[0, {NUMBER}\):\s*{NUMBER}", "index", below(1), is_value(2)),
    complaint(
        r"Different number of component types",
        "shapes component_types",
        lambda m, site: say("needs.shape-each", count=len(site.attrs.get("component_types", ()))),
        lambda m, site: Actual(count=len(site.attrs.get("shapes", ()))),
    ),
    complaint(
        r"optional does not have a value",
        "optional",
        say("needs.filled-optional"),
        lambda m, site: say("actual.no-value"),
    ),
    complaint(r"buffer_size must be >= 0 or set buffer_size to be -1", "buffer_size", least(-1)),
    complaint(r"Batch size must be greater than (?:zero|0)", "batch_size", least(1)),
    complaint(
        r"[Dd]ata type mismatch at component \d+: expected (\w+) but got (\w+)",
        "output_types",
        dtype(2),
        is_dtype(1),
    ),
    complaint(
        r"iterator has not been initialized",
        "iterator",
        say("needs.made-iterator"),
        lambda m, site: say("actual.no-value"),
    ),
    complaint(
        r"Attempted to pad to a smaller size than the input element",
        "padded_shapes",
        say("needs.sizes-of-elements"),
    ),
    complaint(
        r"Cannot batch tensors with different shapes in component \d+\. "
        rf"First element had shape {SHAPE} and element \d+ had shape {SHAPE}",
        "input_dataset",
        lambda m, site: say("needs.elements-of-one-shape", shape=_two_shapes(m)[0]),
        lambda m, site: Actual(shape=_two_shapes(m)[1]),
        hint=say("hint.padded-batch"),
    ),
    complaint(
        r"Cannot add tensor to the batch: number of elements does not match\. "
        rf"Shapes are: \[tensor\]: {SHAPE}, \[batch\]: {SHAPE}",
        "input_dataset",
        lambda m, site: say("needs.elements-of-one-shape", shape=_two_shapes(m)[0]),
        lambda m, site: Actual(shape=_two_shapes(m)[1]),
        hint=say("hint.padded-batch"),
    ),
    complaint(
        r"predicate\b.* must returns? a scalar bool",
        "predicate",
        say("needs.page-of-one", dtype="bool"),
        lambda m, site: say("actual.not-one-value"),
        hint=say("hint.all-or-any"),
    ),
    complaint(
        r"`(\w+)` must return a scalar int64",
        said_name(1),
        say("needs.page-of-one", dtype="int64"),
        lambda m, site: say("actual.not-one-value"),
    ),
    complaint(
        rf"Window size must be greater than zero, but got {NUMBER}",
        "window_size_func",
        least(1),
        is_value(1),
    ),
    complaint(
        rf"same batch size in each component\. Component {NUMBER} had size {NUMBER} "
        rf"but component {NUMBER} had size,? {NUMBER}",
        "input_dataset",
        say("needs.as-many-rows-in-each"),
        lambda m, site: say("actual.rows-of-components", one=int(m[2]), other=int(m[4]), place=int(m[3])),
    ),
    complaint(
        rf"[Ii]ndex must be between 0 and {NUMBER} \(currently index = {NUMBER}",
        "index",
        up_to(1),
        is_value(2),
        "ShardDataset",
    ),
    complaint(
        rf"same rank as the padded shape for component ?{NUMBER}: "
        rf"expected rank {NUMBER},? but got element with rank {NUMBER}",
        lambda m, site: f"padded_shapes[{m[1]}]",
        lambda m, site: say("needs.count-of-numbers", count=int(m[3])),
        is_count(2),
    ),
    complaint(
        r"Empty and deleted keys cannot be equal",
        "deleted_key empty_key",
        say("needs.other-than-of", name="empty_key"),
    ),
    complaint(
        rf"Length for attr '(\w+)' of {NUMBER} must be at least minimum {NUMBER}",
        said_name(1),
        lambda m, site: say("needs.at-least-elements", count=int(m[3])),
        lambda m, site: Actual(count=int(m[2])),
    ),
    complaint(
        r"All components must be at least 1-dimensional",
        "components",
        Requirement(shape=RankOf((1,), "least")),
    ),
    complaint(
        r"All (?:components|input tensors) must have the same size in the 0th dimension",
        unlike_rows("components"),
        rows_of_most("components"),
        unlike_shape("components"),
    ),
    complaint(
        r"final entry in allowed_batch_sizes must equal max_batch_size",
        "allowed_batch_sizes max_batch_size",
        lambda m, site: say("needs.list-ending", last=int(site.attrs.get("max_batch_size", 0))),
    ),
    complaint(
        rf"dataset was expected to contain (.*?) elements? but contained (only|at least) {NUMBER}",
        "cardinality",
        lambda m, site: (
            least(int(m[3])) if m[2] == "at least" else say("needs.count-of-data", count=int(m[3]))
        ),
    ),
    complaint(
        rf"Incompatible shapes at component \d+: expected {SHAPE} but got {SHAPE}",
        "dataset iterator input_dataset",
        lambda m, site: say("needs.elements-of-shape", shape=said_shape(m[1])),
        lambda m, site: say("needs.elements-of-shape", shape=said_shape(m[2])),
    ),
    complaint(
        rf"element had shape \({SHAPE}\) that is (?:incompatible with|larger than) the row shape \({SHAPE}\)",
        "row_shape",
        lambda m, site: say("needs.row-shape", shape=said_shape(m[1])),
    ),
    complaint(
        rf"Selector index out of range: {NUMBER} >= {NUMBER}",
        "selector_input_dataset",
        below(2),
        is_value(1),
    ),
    complaint(
        r"(Feature list|Context feature) '(.*?)' is required but could not be found",
        lambda m, site: f"{'context' if m[1].startswith('C') else 'feature_list'}_dense_keys serialized",
        say("needs.keys-of-record"),
        lambda m, site: Actual(name=m[2]),
    ),
    complaint(
        rf"Mismatched type between padding value {NUMBER} and input dataset's component \d+: (\w+) vs\. (\w+)",
        lambda m, site: f"padding_values[{m[1]}]",
        dtype(3),
        is_dtype(2),
    ),
    complaint(
        r"`?(\w+)`? must be `?tf\.data\.AUTOTUNE`? or greater than 0",
        said_name(1),
        say("needs.count-or-auto"),
    ),
    complaint(
        r"optional does not match the expected type for component \d+\. Expected: (\w+)\. Actual: (\w+)",
        "output_types",
        dtype(2),
        is_dtype(1),
    ),
    complaint(
        rf"optional does not match the expected shape for component \d+\. Expected: {SHAPE}\. Actual: {SHAPE}",
        "output_shapes",
        shaped(2),
        is_shape(1),
    ),
    complaint(
        r"dataset to concatenate have different",
        "another_dataset",
        say("needs.elements-as-first"),
        lambda m, site: say("actual.other-elements"),
    ),
    complaint(
        r"Arguments must have the same dimension 0",
        lambda m, site: f"arguments[{_other_length(site)}]",
        _as_first_argument,
        lambda m, site: Actual(shape=site.shape(f"arguments[{_other_length(site)}]")),
        "MapDefun",
    ),
    complaint(
        rf"Mismatch in function retval shape, {SHAPE}, and expected output shape, {SHAPE}",
        "output_shapes",
        shaped(1),
        is_shape(2),
        "MapDefun",
    ),
)
