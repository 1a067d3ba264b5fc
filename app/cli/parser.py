"""The arguments of every command. Only argparse is imported here, so that help is there at once."""

from __future__ import annotations

import argparse
import math
from typing import Any

from app.document.model.limits import MOST_SECONDS, MOST_STEPS

_EPILOG = """exit status:
  0    done
  1    the run failed
  2    wrong usage, or a file that cannot be read
  3    problems in the diagram that stop it before a run
  124  timed out
  130  interrupted
"""


class _Format(argparse.RawDescriptionHelpFormatter):
    """Keeps the table of exit statuses as it stands."""


class _Parser(argparse.ArgumentParser):
    """Takes options spelled out only, so that a new one cannot change what a script means."""

    def __init__(self, **options: Any) -> None:
        """Take argparse's own options."""
        super().__init__(allow_abbrev=False, **options)


def _steps(text: str) -> int:
    """Read a number of steps: a whole number from 1."""
    try:
        value = int(text)
    except ValueError:
        value = 0
    if not 1 <= value <= MOST_STEPS:
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is not a whole number from 1 (to {MOST_STEPS})")
    return value


def _seed(text: str) -> int:
    """Read a seed: a whole number of 64 bits, as TensorFlow takes it."""
    try:
        value = int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number") from None
    if not -(2**63) <= value < 2**63:
        raise argparse.ArgumentTypeError(f"{text} is not between -2^63 and 2^63 - 1")
    return value


def _seconds(text: str) -> float:
    """Read a time limit: a positive, finite number of seconds."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not (math.isfinite(value) and value > 0):
        raise argparse.ArgumentTypeError(f"{text!r} is not a positive number of seconds")
    if value > MOST_SECONDS:
        raise argparse.ArgumentTypeError(f"{text} seconds are too many; {MOST_SECONDS:g} are the most")
    return value


def _condition(text: str) -> str:
    """Read a condition on a pin: ``cost.output < 0.01``."""
    from app.document.model.conditions import parse_condition  # here, so that help needs nothing else
    from app.messages import error_text

    try:
        parse_condition(text)
    except ValueError as fault:
        raise argparse.ArgumentTypeError(error_text(fault)) from None
    return text.strip()


def _assignment(text: str) -> tuple[str, str, str]:
    """Read ``BLOCK.PIN=TEXT`` of ``--set``; the text may be empty and may hold further ``=``."""
    where, equals, value = text.partition("=")
    block, dot, pin = where.strip().partition(".")
    if not (equals and dot and block and pin):
        raise argparse.ArgumentTypeError(f"{text!r} is not BLOCK.PIN=TEXT")
    return block, pin, value


def _data(sub: argparse.ArgumentParser) -> None:
    """Add ``--data``."""
    sub.add_argument(
        "--data",
        metavar="DIR",
        action="append",
        default=[],
        help="a folder to look in, by the tails of their paths, for files that the diagram names and that are "
        "not beside it; may be repeated",
    )


def _made(sub: argparse.ArgumentParser) -> None:
    """Add what decides how many steps are made, and of which texts."""
    sub.add_argument("--steps", metavar="N", type=_steps, help="number of steps (default: the page's own)")
    sub.add_argument(
        "--until",
        metavar="COND",
        type=_condition,
        help="end after the first step that meets a condition, such as 'cost.output < 0.01'; "
        "at most N steps, without --steps as many as it takes",
    )
    sub.add_argument(
        "--set",
        metavar="BLOCK.PIN=TEXT",
        dest="assignments",
        type=_assignment,
        action="append",
        default=[],
        help="type a text into an unwired pin, for this run only; may be repeated",
    )


def _read(sub: argparse.ArgumentParser) -> None:
    """Add what is read of the steps."""
    sub.add_argument(
        "--fetch",
        metavar="BLOCK.PIN",
        action="append",
        default=[],
        help="fetch this output instead of the sessions' own; may be repeated",
    )
    sub.add_argument(
        "--watch",
        metavar="PIN",
        action="append",
        default=[],
        help="read BLOCK.PIN or an element BLOCK.PIN[0][1] after every step; may be repeated",
    )
    sub.add_argument("--log", metavar="FILE.csv", help="write a row for every step: its number, each --watch")


def _state(sub: argparse.ArgumentParser) -> None:
    """Add where the Variables start from, and where their values go."""
    sub.add_argument(
        "--start", metavar="NAME", help="start the Variables from a snapshot, an .npz file or a checkpoint"
    )
    sub.add_argument(
        "--save-snapshot", metavar="NAME", help="store the Variables' values at the end with the project"
    )
    sub.add_argument(
        "--checkpoint", metavar="FILE", help="save the Variables at the end as a TensorFlow checkpoint"
    )


def _watched(sub: argparse.ArgumentParser) -> None:
    """Add what is watched while steps are made."""
    sub.add_argument(
        "--guard",
        metavar="PIN",
        nargs="*",
        help="end with the first step in which an output BLOCK.PIN is NaN or infinite, without PIN any output, "
        "and name the block that made it",
    )
    sub.add_argument("--pace", metavar="S", type=_seconds, help="begin a step at most every so many seconds")
    sub.add_argument(
        "--times",
        action="store_true",
        help="print where the steps spend their time, block by block, to stderr",
    )


def _ended(sub: argparse.ArgumentParser) -> None:
    """Add the seed, the time limit, and the forms of the results."""
    sub.add_argument("--seed", metavar="N", type=_seed, help="the page's seed (default: the page's own)")
    sub.add_argument("--timeout", metavar="S", type=_seconds, help="stop a page after so many seconds")
    _allow(sub)
    sub.add_argument("--out", metavar="FILE.npz|DIR", help="also write the results as NumPy arrays")
    sub.add_argument("--json", action="store_true", help="print one JSON object instead of text")


def _allow(sub: argparse.ArgumentParser) -> None:
    """Add what lets a run out of the project's folder."""
    group = sub.add_argument_group("what the run may touch beyond the project's folder")
    group.add_argument(
        "--allow-read",
        metavar="PATH",
        action="append",
        default=[],
        help="let it read this file, or all below this folder; may be repeated",
    )
    group.add_argument(
        "--allow-write",
        metavar="PATH",
        action="append",
        default=[],
        help="let it write this file, or all below this folder; may be repeated",
    )
    group.add_argument("--allow-net", action="store_true", help="let it use the network")
    group.add_argument("--allow-python", action="store_true", help="let it run the project's Python blocks")
    group.add_argument("--allow-all", action="store_true", help="let it do anything")
    group.add_argument(
        "--sandbox",
        choices=("on", "off"),
        default="on",
        help="off: without the system's wall around the run, where that is in the way; names are still checked",
    )


def _run(commands: argparse._SubParsersAction[_Parser]) -> None:
    """Add ``run``."""
    sub = commands.add_parser(
        "run", help="run a page and print its results", epilog=_EPILOG, formatter_class=_Format
    )
    sub.add_argument(
        "file", metavar="FILE", help="the project, an enuSpace page, a folder of pages, or a model"
    )
    pages = sub.add_mutually_exclusive_group()
    pages.add_argument("--page", metavar="NAME", help="the page to run; needed where the file has several")
    pages.add_argument("--all-pages", action="store_true", help="run every page, each with its own settings")
    _made(sub)
    _read(sub)
    _state(sub)
    _data(sub)
    _watched(sub)
    _cluster(sub)
    _ended(sub)


def _cluster(sub: argparse.ArgumentParser) -> None:
    """Add where a page runs."""
    sub.add_argument(
        "--cluster",
        metavar="FILE.json|HOST:PORT",
        help="run on a cluster: its jobs and addresses as TF_CONFIG has them, or the address of one task",
    )
    sub.add_argument(
        "--token",
        metavar="FILE",
        help="the token of the cluster's tasks (default: the one that FILE.json names)",
    )
    sub.add_argument(
        "--retries",
        metavar="N",
        type=_retries,
        help="go on so often from the Variables handed over last where a task of the cluster is lost (default: 3)",
    )


def _retries(text: str) -> int:
    """Read how often a run goes on: a whole number from 0."""
    if not (text.isascii() and text.isdigit() and int(text) <= MOST_STEPS):
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is not a whole number from 0 to {MOST_STEPS}")
    return int(text)


def _serve(commands: argparse._SubParsersAction[_Parser]) -> None:
    """Add ``serve``."""
    sub = commands.add_parser("serve", help="lend this machine to runs on a cluster, as one of its tasks")
    sub.add_argument("--folder", metavar="DIR", required=True, help="where runs read and write files")
    sub.add_argument(
        "--port",
        metavar="N",
        type=_port,
        required=True,
        help="TensorFlow's port, as the cluster's file has it; the one after it is for this program's greeting",
    )
    sub.add_argument(
        "--token",
        metavar="FILE",
        required=True,
        help="the secret that runs must know; made where there is none",
    )
    sub.add_argument(
        "--listen-everywhere",
        action="store_true",
        help="serve although TensorFlow's server listens on all networks and asks nobody for a password",
    )
    _allow(sub)


def _port(text: str) -> int:
    """Read the number of a port that has one after it."""
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= 65534):
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is not a whole number from 1 to 65534")
    return int(text)


def _count(text: str) -> int:
    """Read a number of things: a whole number from 1."""
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= MOST_STEPS):
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is not a whole number from 1")
    return int(text)


def _table(text: str) -> str:
    """Read the name of a table."""
    if not text.endswith((".csv", ".json")):
        raise argparse.ArgumentTypeError(f"{text!r} is no name of a table: it ends with .csv or .json")
    return text


def _sweep(commands: argparse._SubParsersAction[_Parser]) -> None:
    """Add ``sweep``."""
    sub = commands.add_parser(
        "sweep",
        help="run a page many times with other texts in some pins, into a table",
        epilog=_EPILOG,
        formatter_class=_Format,
    )
    sub.add_argument(
        "file", metavar="FILE", help="the project, an enuSpace page, a folder of pages, or a model"
    )
    sub.add_argument("--page", metavar="NAME", help="the page to run; needed where the file has several")
    sub.add_argument(
        "--vary",
        metavar=("PIN", "TEXT"),
        nargs="+",
        action="append",
        required=True,
        help="texts for an unwired pin BLOCK.PIN: each as it is typed, range:FROM:TO:STEP, log:FROM:TO:COUNT, or "
        "@FILE with one on each line; may be repeated, and then every combination is run",
    )
    some = sub.add_mutually_exclusive_group()
    some.add_argument(
        "--zip", action="store_true", help="run the first texts of all pins, then the second ones, and so on"
    )
    some.add_argument("--random", metavar="N", type=_count, help="run N combinations, chosen at random")
    sub.add_argument("--seeds", metavar="N", type=_count, help="repeat each run with N seeds of the page")
    sub.add_argument("--seed", metavar="N", type=_seed, help="the page's seed, the first one with --seeds")
    _made(sub)
    sub.add_argument(
        "--fetch",
        metavar="BLOCK.PIN",
        action="append",
        default=[],
        help="show this output in the table instead of those wired to the sessions; may be repeated",
    )
    places = sub.add_mutually_exclusive_group()
    places.add_argument(
        "--jobs", metavar="N", type=_count, help="runs at a time on this machine (default: 1)"
    )
    places.add_argument(
        "--scheduler",
        metavar="tls://HOST:PORT",
        help="have the workers of this dask.distributed scheduler do the runs",
    )
    sub.add_argument(
        "--insecure", action="store_true", help="take a scheduler at tcp:// too, which nothing protects"
    )
    sub.add_argument("--timeout", metavar="S", type=_seconds, help="stop a run after so many seconds")
    _data(sub)
    _allow(sub)
    sub.add_argument(
        "--out",
        metavar="TABLE.csv|.json",
        type=_table,
        required=True,
        help="the table to write, a row a run; the runs that it has already are not done again",
    )


def _check(commands: argparse._SubParsersAction[_Parser]) -> None:
    """Add ``check``."""
    sub = commands.add_parser("check", help="list what is wrong with a file's diagrams, without running them")
    sub.add_argument(
        "file", metavar="FILE", help="the project, an enuSpace page, a folder of pages, or a model"
    )
    sub.add_argument("--json", action="store_true", help="print one JSON object instead of text")
    _data(sub)
    sub.add_argument(
        "--types", action="store_true", help="also infer every dtype and shape (starts TensorFlow)"
    )
    sub.add_argument(
        "--fix",
        action="store_true",
        help="cure each error that a plain change cures, and save the file (starts TensorFlow)",
    )


def _export(commands: argparse._SubParsersAction[_Parser]) -> None:
    """Add ``export``."""
    sub = commands.add_parser(
        "export",
        help="write a page as a program or model for others",
        epilog=_EPILOG,
        formatter_class=_Format,
    )
    sub.add_argument("file", metavar="FILE", help="the project, an enuSpace page, or a folder of pages")
    sub.add_argument("--page", metavar="NAME", help="the page to export; needed where the file has several")
    sub.add_argument(
        "-o",
        "--out",
        metavar="OUT",
        required=True,
        help="X.py (Python), X.pb (a frozen graph), X.tflite, X.onnx, or the folder of a SavedModel",
    )
    sub.add_argument(
        "--style",
        choices=("v2", "v1"),
        default="v2",
        help="of Python: today's TensorFlow (v2), or a graph and its session (v1), which can do all that a page can",
    )
    sub.add_argument(
        "--start", metavar="NAME", help="begin the Variables with a snapshot, an .npz file or a checkpoint"
    )
    _data(sub)


def _picture(commands: argparse._SubParsersAction[_Parser]) -> None:
    """Add ``picture``."""
    sub = commands.add_parser(
        "picture", help="draw a page into a picture file", epilog=_EPILOG, formatter_class=_Format
    )
    sub.add_argument(
        "file", metavar="FILE", help="the project, an enuSpace page, a folder of pages, or a model"
    )
    sub.add_argument("--page", metavar="NAME", help="the page to draw; needed where the file has several")
    sub.add_argument(
        "--inside",
        metavar="USE[/USE...]",
        default="",
        help="draw the page that a block of the page stands for, with the values that it has there",
    )
    sub.add_argument(
        "--run", action="store_true", help="run the page first, and draw what its monitors show then"
    )
    sub.add_argument("-o", "--out", metavar="PAGE.png|.svg|.pdf", required=True, help="the picture to write")
    _allow(sub)


def build_parser() -> _Parser:
    """Return the parser of the whole command line."""
    parser = _Parser(
        prog="tensorblocks",
        description="Draw a TensorFlow graph out of blocks, run it, and see every tensor.",
        epilog=_EPILOG,
        formatter_class=_Format,
    )
    parser.add_argument("--version", action="store_true", help="print the version and exit")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")

    edit = commands.add_parser("edit", help="open the editor")
    edit.add_argument(
        "files",
        metavar="FILE",
        nargs="*",
        help="projects and models to open; enuSpace pages and folders of them open together as one",
    )
    _data(edit)

    _run(commands)
    _serve(commands)
    _sweep(commands)
    _check(commands)

    convert = commands.add_parser(
        "convert", help="turn enuSpace pages or a model into a project, with a report"
    )
    convert.add_argument(
        "pages",
        metavar="PAGE.svg|FOLDER|MODEL",
        nargs="+",
        help="enuSpace pages, folders of them; or one model: a SavedModel's folder, .pb, .pbtxt, .meta, .keras, .h5",
    )
    convert.add_argument("file", metavar="FILE", help="the project to write")
    convert.add_argument("--signature", metavar="NAME", help="of a model: only this signature")
    _data(convert)

    _export(commands)
    _picture(commands)

    blocks = commands.add_parser("blocks", help="search the catalog, or show one block")
    blocks.add_argument(
        "words",
        metavar="WORDS",
        nargs="*",
        help="words to look for, or one exact name",
    )
    blocks.add_argument("--json", action="store_true", help="print one JSON object instead of text")
    return parser
