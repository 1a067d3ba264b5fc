"""Another language is one more table of templates: all that a user reads of a mistake is made of it, and fixes cure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import msgspec
import pytest

from app.document.fixes import offer
from app.document.model.problems import CODES, Problem
from app.document.model.sentence import Sentence
from app.engine.compiler.make_plan import make_plan
from app.engine.host.engine import Engine
from app.messages import (
    actual_text,
    code_meaning,
    fix_title,
    hint_text,
    message_of,
    requirement_text,
    severity_word,
)
from app.messages.en import TEMPLATES
from blocks.catalog import load
from tests.support import mistakes_check, mistakes_run, mistakes_types
from tests.support.fix_cases import CASES, Case
from tests.support.mistakes import Mistake, drawn, inferred, planned, ran
from tests.support.turned_language import CLOSE, OPEN, TURNED

# The English words between two fields, where there are at least two of them
ENGLISH = sorted(
    {
        words.strip()
        for template in TEMPLATES.values()
        for words, *_ in Formatter().parse(template)
        if re.search(r"[a-z]{2} [a-z]{2}", words)
    }
)


@pytest.fixture(autouse=True)
def other_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.messages.language._spoken", TURNED)


def in_english(problem: Problem) -> list[str]:
    """Return the texts of a problem that are not of the other language."""
    sentences = [message_of(problem), severity_word(problem), code_meaning(problem.code)]
    sentences += [fix_title(fix) for fix in problem.fixes]
    data = [requirement_text(problem) or "", actual_text(problem) or ""]
    if problem.hint is not None:
        sentences.append(hint_text(problem) or "")
    return [
        text
        for text in [*sentences, *data]
        if (text in sentences and not (text.startswith(OPEN) and text.endswith(CLOSE)))
        or any(words in text for words in ENGLISH)
    ]


def phrases(part: object) -> Iterator[str]:
    """Yield the texts of two words or more among a problem's parameters, TensorFlow's own words apart."""
    if isinstance(part, Sentence):
        if part.key != "quote":
            yield from phrases(tuple(value for _, value in part.params))
    elif isinstance(part, tuple):
        for item in part:
            yield from phrases(item)
    elif isinstance(part, msgspec.Struct):
        for name in part.__struct_fields__:
            if name != "detail":
                yield from phrases(getattr(part, name))
    elif isinstance(part, str) and re.search(r"[a-z]{2,} [a-z]{2,}", part):
        yield part


def is_data(mistake: Mistake, problems: list[Problem], folder: Path) -> None:
    """Assert that no problem brings words along that the user has not typed."""
    typed = msgspec.json.encode(drawn(mistake, folder)).decode()
    assert [text for problem in problems for text in phrases(problem) if text not in typed] == []


def test_every_code_has_a_meaning() -> None:
    assert all(code_meaning(code).startswith(OPEN) for code in CODES)


@pytest.mark.parametrize("mistake", mistakes_check.MISTAKES, ids=lambda m: m.name)
def test_what_the_check_finds(tmp_path: Path, mistake: Mistake) -> None:
    found = planned(mistake, tmp_path)
    problems = offer(drawn(mistake, tmp_path), load(), found, {})
    assert problems
    assert [text for problem in problems for text in in_english(problem)] == []
    is_data(mistake, problems, tmp_path)


@pytest.mark.parametrize("mistake", mistakes_types.MISTAKES, ids=lambda m: m.name)
def test_what_the_inference_finds(engine: Engine, tmp_path: Path, mistake: Mistake) -> None:
    problems = inferred(mistake, tmp_path, engine)
    assert problems
    assert [text for problem in problems for text in in_english(problem)] == []
    is_data(mistake, problems, tmp_path)


@pytest.mark.parametrize("mistake", mistakes_run.MISTAKES, ids=lambda m: m.name)
def test_what_a_run_finds(engine: Engine, tmp_path: Path, mistake: Mistake) -> None:
    problems = ran(mistake, tmp_path, engine, wait_limit=1.0).problems
    assert problems
    assert [text for problem in problems for text in in_english(problem)] == []
    is_data(mistake, problems, tmp_path)


@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
def test_fixes_are_the_same_in_other_words(case: Case, tmp_path: Path, engine: Engine) -> None:
    plan = make_plan(case.page, tmp_path, everything=True)
    inference = engine.infer(plan, tmp_path)
    found = [*plan.problems, *inference.problems]
    problems = offer(case.page, load(), found, inference.types, inference.required)
    fixes = [fix for problem in problems for fix in problem.fixes if problem.code == case.code]
    assert fixes
    assert [text for problem in problems for text in in_english(problem)] == []
