"""How a program prints what its last step has shown: as ``tensorblocks run`` prints it."""

from __future__ import annotations

from collections.abc import Iterable

from app.engine.compiler.plan import Fetch
from app.engine.exchange.python_writer.fetched import keys_of
from app.engine.exchange.python_writer.module import NOTING, NOTING_ROUND, RUNNING_UNSET
from blocks.dtypes import DTYPES

_WIDENED = frozenset({"bfloat16", "float8_e5m2", "float8_e4m3fn"})
_NARROW = {"int4": "np.int8", "uint4": "np.uint8"}
_UNSET = "nothing has assigned the Variable yet"
_BRANCH, _HANDLE = "it is in a branch that was not taken", "it is a handle to a resource"


def table_text(fetches: Iterable[Fetch]) -> list[str]:
    """Return the table of results that may have no value, with the words for it."""
    rows = []
    for fetch in fetches:
        if not (fetch.handle or fetch.dead or fetch.unset):
            continue
        why = _HANDLE if fetch.handle else _BRANCH if fetch.dead else _UNSET
        rows += [
            f'    "{name}": "{DTYPES[dtype].label}  no value: {why}",'
            for name, dtype in zip(keys_of(fetch), fetch.dtypes, strict=True)
        ]
    return ["WITHOUT_VALUE = {", *rows, "}"] if rows else []


def show_text(fetches: Iterable[Fetch], as_arrays: bool) -> list[str]:
    """Return the function that prints one result, as far as the results of this page need it.

    ``as_arrays``: results are arrays, as sessions give them, else tensors.
    """
    fetches = list(fetches)
    labels = {DTYPES[dtype].label for fetch in fetches for dtype in fetch.dtypes if not fetch.handle}
    lines = [
        "def show(name, value):",
        '    """Print a result: its name, dtype and shape, then its values."""',
    ]
    if any(fetch.is_list for fetch in fetches):
        lines += [
            "    if isinstance(value, list):",
            "        for i, item in enumerate(value):",
            '            show(f"{name}[{i}]", item)',
        ]
        if any(fetch.is_list and not fetch.refs for fetch in fetches):
            lines += ["        if not value:", '            print(f"{name}  an empty list")']
        lines.append("        return")
    if any(fetch.handle or fetch.dead or fetch.unset for fetch in fetches):
        lines += [
            "    if value is None:",
            '        print(f"{name}  {WITHOUT_VALUE[name]}")',
            "        return",
        ]
    if as_arrays:
        lines += _array_lines(labels)
    else:
        heading = "{name}  {value.dtype.name} {value.shape.as_list()}"
        lines += ["    array = value.numpy()", f'    print(f"{heading}")']
    for label in sorted(labels & (_WIDENED | _NARROW.keys())):
        wide = _NARROW.get(label, "np.float32")
        lines += [f"    if {_is(label, as_arrays)}:", f"        array = array.astype({wide})"]
    if any(label.startswith(("qint", "quint")) for label in labels):
        lines += ["    if array.dtype.names:", "        array = array[array.dtype.names[0]]"]
    if "string" in labels:
        lines += [
            f"    if {_is('string', as_arrays)}:",
            "        array = np.array(array, object)",
            "        texts = [text_of(item) for item in array.reshape(-1).tolist()]",
            "        array = np.array([*texts, None], object)[:-1].reshape(array.shape)",
            "        print(array if array.shape else array[()])",
            "        return",
        ]
    lines.append("    print(array)")
    return [*_TEXT_OF, "", "", *lines] if "string" in labels else lines


_TEXT_OF = [
    "def text_of(item):",
    '    """Return bytes as a text; where they are none, the first of them."""',
    "    try:",
    "        return item.decode()",
    "    except UnicodeDecodeError:",
    '        return item if len(item) <= 48 else f"{item[:24]}... ({len(item)} bytes)"',
]


def _array_lines(labels: set[str]) -> list[str]:
    """Return the lines that print dtype and shape of an array."""
    if "string" not in labels:
        lines = ["    array = np.asarray(value)"]
    else:
        lines = ["    array = np.array(value, object if isinstance(value, bytes) else None)"]
    name = "array.dtype.name"
    if any(label.startswith(("qint", "quint")) for label in labels):
        name = "(array.dtype.names or [array.dtype.name])[0]"
    if "string" in labels:
        lines.append(f'    dtype = "string" if array.dtype == object else {name}')
        name = "dtype"
    return [*lines, f'    print(f"{{name}}  {{{name}}} {{list(array.shape)}}")']


def _is(label: str, as_arrays: bool) -> str:
    """Return the condition that a value has a dtype."""
    if not as_arrays:
        return f"value.dtype == tf.{label}"
    return "array.dtype == object" if label == "string" else f'array.dtype.name == "{label}"'


def needs_numpy(fetches: Iterable[Fetch]) -> bool:
    """Return whether printing takes NumPy."""
    labels = {DTYPES[dtype].label for fetch in fetches for dtype in fetch.dtypes}
    return "string" in labels or not labels.isdisjoint({*_WIDENED, *_NARROW})


def noting_text(as_arrays: bool, branches: bool, rounds: bool) -> list[str]:
    """Return where values of branches and rounds are noted, and the functions that do it, as far as there are any."""
    lines = ["taken = {}  # the values of branches and rounds that the step under way has taken"]
    if branches:
        lines += ["", "", *(_NOTE_IN_GRAPH if as_arrays else _NOTE_BRANCH)]
    if rounds:
        lines += ["", "", *_NOTE_ROUND]
    return lines


_NOTE_IN_GRAPH = [
    f"def {NOTING}(name, value):",
    '    """Note a value that is there only if its branch is taken."""',
    "",
    "    def note(array):",
    "        taken[name] = array",
    "",
    "    return tf.numpy_function(note, [value], [])",
]
_NOTE_BRANCH = [
    f"def {NOTING}(name, value):",
    '    """Note a value that is there only if its branch is taken."""',
    "",
    "    def note(array):",
    "        taken[name] = tf.constant(array, value.dtype)",
    "        return False",
    "",
    "    noted = tf.numpy_function(note, [value], tf.bool, stateful=False)",
    "    return tf.raw_ops.Merge(inputs=[noted, False]).output",
]
_NOTE_ROUND = [
    f"def {NOTING_ROUND}(name, value):",
    '    """Note a value of a round in place of the one of the round before."""',
    "    value = tf.convert_to_tensor(value)",
    "",
    "    def note(array):",
    "        taken[name] = tf.constant(array, value.dtype)",
    "",
    "    tf.numpy_function(note, [value], [])",
]


def running_unset_text() -> list[str]:
    """Return the function that does a step of a graph in which Variables may have no value yet."""
    return [
        f"def {RUNNING_UNSET}(session, shown, targets, feeds, unset):",
        '    """Do one step; leave out what shows Variables that have no value yet."""',
        "    for is_set, names, gates in unset:",
        "        if not session.run(is_set):",
        "            shown = {name: shown[name] for name in shown if name not in names}",
        "            feeds = {**feeds, **dict.fromkeys(gates, 0)}",
        "    return session.run([shown, targets], feeds)[0]",
    ]
