"""Calls the functions of Python blocks: gives them their inputs, and holds what they return to its declaration."""

from __future__ import annotations

import os
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any

import numpy as np

from app.document.model.problems import Problem, error
from app.document.model.sentence import Sentence, quote, say
from app.document.resources.python_source import Parameter, Result, fits
from app.engine.compiler.plan import Plan, PythonCall
from app.engine.values.run_fault import RunFault
from app.engine.worker.python_modules import PythonModules, SameName
from blocks.requirement import Actual, Requirement, ShapeOf
from blocks.tensor_spec import TensorSpec

Array = np.ndarray[Any, Any]
_LONGEST = 400  # characters of an exception's own words


class PythonFailure(Exception):
    """A function has failed; the caller has the problem."""


class PythonCaller:
    """The function of one block, as TensorFlow calls it: with arrays, for arrays."""

    def __init__(self, call: PythonCall, modules: PythonModules, dtypes: Mapping[str, Any]) -> None:
        """Import the function; raises RunFault where its file fails. ``dtypes`` are NumPy's types by their labels."""
        self._call, self._modules, self._dtypes = call, modules, dtypes
        self.problem: Problem | None = None  # of the call that failed
        try:
            self._function = getattr(modules.module(call.file), call.function)
        except BaseException as fault:  # an import may end by anything, SystemExit too
            raise RunFault([self._raised(fault, "python.import")]) from None

    def __call__(self, *arrays: Array) -> list[Array]:
        """Call the function; raises PythonFailure, and then ``problem`` says why."""
        self.problem = None
        try:
            inputs = [_array(p, array) for p, array in zip(self._call.parameters, arrays, strict=True)]
            for parameter, array in zip(self._call.parameters, inputs, strict=True):
                self._check_input(parameter, array)
            given = [_given(p, array) for p, array in zip(self._call.parameters, inputs, strict=True)]
            returned = self._returned(given)
            return [self._checked(result, value) for result, value in self._by_result(returned)]
        except PythonFailure:
            raise
        except BaseException as fault:
            self.problem = self._raised(fault, "python.raised")
            raise PythonFailure from None

    def _returned(self, given: Sequence[object]) -> object:
        plain = [v for p, v in zip(self._call.parameters, given, strict=True) if not p.by_name]
        named = {p.name: v for p, v in zip(self._call.parameters, given, strict=True) if p.by_name}
        return self._function(*plain, **named)

    def _fail(self, code: str, pin: str | None, sentence: Sentence, **more: Any) -> PythonFailure:
        self.problem = error(code, sentence, self._call.block, pin, **more)
        return PythonFailure()

    def _check_input(self, parameter: Parameter, array: Array) -> None:
        if not fits(array.shape, parameter.spec.shape):
            sentence = say(
                "python.input-shape", pin=parameter.name, spec=str(parameter.spec), shape=array.shape
            )
            needs, there = Requirement(shape=ShapeOf(parameter.spec.shape or ())), Actual(shape=array.shape)
            raise self._fail("bad-shape", parameter.name, sentence, requirement=needs, actual=there)

    def _by_result(self, returned: object) -> list[tuple[Result, object]]:
        """Return what the function gave for each result."""
        results = self._call.results
        if not results:
            return []
        if not self._call.named:
            return [(results[0], returned)]
        if not isinstance(returned, Mapping):
            if returned is None:
                raise self._nothing(results[0], is_all=True)
            kind = type(returned).__name__
            sentence = say("python.no-dict", function=self._call.function, given=kind)
            raise self._fail("python-failed", None, sentence, actual=Actual(name=kind))
        missing = [r.name for r in results if r.name not in returned]
        unknown = [str(name) for name in returned if name not in {r.name for r in results}]
        if missing or unknown:
            names, there = tuple(r.name for r in results), tuple(map(str, returned))
            sentence = say("python.results-differ", names=names, given=there)
            raise self._fail(
                "python-failed", missing[0] if missing else None, sentence,
                requirement=Requirement(names=names), actual=Actual(name=", ".join(there) or "{}"),
            )  # fmt: skip
        return [(result, returned[result.name]) for result in results]

    def _nothing(self, result: Result, *, is_all: bool) -> PythonFailure:
        """Return the failure of a function that gives None where a result is declared; ``is_all``: and nothing else."""
        sentence = say("python.nothing", pin=result.name, spec=str(result.spec))
        return self._fail(
            "python-failed", result.name, sentence,
            requirement=self._needs(result), actual=say("actual.nothing"),
            hint=say("hint.return") if is_all else None,
        )  # fmt: skip

    def _needs(self, result: Result) -> Requirement:
        """Return what a result is declared to be."""
        sizes = result.spec.shape
        return Requirement(dtypes=(result.spec.dtype,), shape=None if sizes is None else ShapeOf(sizes))

    def _checked(self, result: Result, value: object) -> Array:
        """Return a result as TensorFlow takes it; raises PythonFailure where it is not as declared."""
        if value is None:
            raise self._nothing(result, is_all=not self._call.named)
        if result.spec.dtype == "string":
            array = _texts(value)
        elif isinstance(value, (np.ndarray, np.generic)):
            array = np.asarray(value)
        else:
            array = self._plain(value, result.spec)
        if array is None:
            there = type(value).__name__
            sentence = say("python.result-kind", pin=result.name, spec=str(result.spec), given=there)
            raise self._fail(
                "python-failed", result.name, sentence, requirement=self._needs(result), actual=Actual(name=there)
            )  # fmt: skip
        is_text = result.spec.dtype == "string" or array.dtype.kind in "US"
        dtype = "string" if is_text else array.dtype.name
        if dtype == result.spec.dtype and fits(array.shape, result.spec.shape):
            return array
        needs = self._needs(result)
        there_spec = str(TensorSpec(dtype, array.shape))
        sentence = say("python.result", pin=result.name, spec=str(result.spec), given=there_spec)
        hint = say("hint.astype", dtype=result.spec.dtype) if dtype != result.spec.dtype else None
        raise self._fail(
            "python-failed", result.name, sentence,
            requirement=needs, actual=Actual(dtype=dtype, shape=array.shape), hint=hint,
        )  # fmt: skip

    def _plain(self, value: object, spec: TensorSpec) -> Array | None:
        """Return Python's own numbers, and lists of them, in the declared dtype where that holds such numbers."""
        try:
            found = np.asarray(value)
        except (ValueError, TypeError):
            return None
        if found.dtype == object:
            return None
        target = np.dtype(self._dtypes[spec.dtype])
        kinds = {"float": "fiu", "int": "iu", "uint": "iu", "bool": "b", "complex": "cfiu"}
        label = next((k for k in kinds if spec.dtype.startswith(k)), "float")
        if found.size and found.dtype.kind not in kinds[label]:
            return found
        narrowed = found.astype(target)
        whole = label in ("int", "uint")
        return found if whole and not np.array_equal(narrowed, found) else narrowed

    def _raised(self, fault: BaseException, key: str) -> Problem:
        """Return the problem of an exception, at the innermost line of the project's own files."""
        file, line = self._place(fault.__traceback__)
        words = f"{type(fault).__name__}: {fault}" if str(fault) else type(fault).__name__
        if isinstance(fault, SyntaxError):
            words, line = f"{type(fault).__name__}: {fault.msg}", fault.lineno or line
        why = quote(words[:_LONGEST])
        at = say("python.at", file=file, line=line, why=why) if line is not None else why
        detail = "".join(traceback.format_exception(fault))[-4_000:]
        sentence = say("python.raised", why=at) if key == "python.raised" else say("python.import", why=at)
        return error("python-failed", sentence, self._call.block, detail=detail)

    def _place(self, trace: TracebackType | None) -> tuple[str, int | None]:
        found: tuple[str, int | None] = (self._call.file, None)
        for frame, line in traceback.walk_tb(trace):
            name = self._modules.name_of(_path_of(frame))
            if name is not None:
                found = (name, line)
        return found


def _path_of(frame: FrameType) -> str:
    return os.fspath(frame.f_code.co_filename)


def _array(parameter: Parameter, value: object) -> Array:
    """Return an input as an array; texts are bytes in an array of objects, which drops none of their zeros."""
    return np.asarray(value, object if parameter.spec.dtype == "string" else None)


def _given(parameter: Parameter, array: Array) -> object:
    """Return an input as the function gets it: Python's own number or text, or an array that cannot be changed."""
    if parameter.scalar is None:
        view = array.view()
        view.flags.writeable = False
        return view
    plain = array.item()
    if parameter.scalar == "str":
        return plain.decode("utf-8", "surrogateescape")
    return float(plain) if parameter.scalar == "float" else plain


def _texts(value: object) -> Array | None:
    """Return texts as bytes in an array of objects; None for anything else."""
    found = np.asarray(value, dtype=object) if not isinstance(value, np.ndarray) else value.astype(object)
    flat = [v.encode("utf-8", "surrogateescape") if isinstance(v, str) else v for v in found.ravel().tolist()]
    if not all(isinstance(v, bytes) for v in flat):
        return None
    made = np.empty(len(flat), object)
    made[:] = flat
    return made.reshape(found.shape)


def modules_for(plan: Plan, folder: Path) -> PythonModules:
    """Return the modules of a plan's Python blocks; raises RunFault where two files would be one module."""
    files = list(dict.fromkeys(call.file for call in plan.python_calls))
    try:
        return PythonModules(plan.python_sources, files, folder)
    except SameName as fault:
        sentence = say("python.same-module", module=fault.module, files=fault.files)
        block = next(call.block for call in plan.python_calls)
        raise RunFault([error("bad-python", sentence, block)]) from None
