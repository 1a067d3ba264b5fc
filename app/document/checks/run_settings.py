"""The structure check of a page's run settings: how many steps, how fast, what the NaN guard looks at."""

from __future__ import annotations

from app.document.checks.addressed import Addressed
from app.document.model.conditions import parse_element
from app.document.model.diagram import Page
from app.document.model.limits import MOST_SECONDS, MOST_STEPS
from app.document.model.problems import Problem, error
from app.document.model.sentence import Sentence, Unreadable, say
from app.document.model.spelling import nearest
from blocks.requirement import Actual, InRange, Requirement
from blocks.symbol import Symbol


def run_problems(page: Page, addressed: Addressed) -> list[Problem]:
    """Return what is wrong with the settings, the condition ``until`` left out."""
    run = page.run
    problems = []
    if run.steps is not None and run.steps > MOST_STEPS:
        sentence = say("setting.too-many-steps", steps=run.steps, most=MOST_STEPS)
        problems.append(_outside(sentence, InRange(1, MOST_STEPS), run.steps, say("hint.null-steps")))
    elif run.steps is not None and run.steps < 1:
        sentence = say("setting.steps", steps=run.steps)
        problems.append(_outside(sentence, InRange(1, MOST_STEPS), run.steps, say("hint.null-steps")))
    if run.pace is not None and run.pace > MOST_SECONDS:
        sentence = say("setting.slow-pace", seconds=run.pace, most=MOST_SECONDS)
        problems.append(_outside(sentence, InRange(None, MOST_SECONDS), run.pace, say("hint.no-pace")))
    elif run.pace is not None and run.pace <= 0:
        sentence = say("setting.pace", seconds=run.pace)
        problems.append(_outside(sentence, InRange(0, open=True), run.pace, say("hint.no-pace")))
    if run.keep_every > MOST_SECONDS:
        sentence = say("setting.rare-hand-over", seconds=run.keep_every, most=MOST_SECONDS)
        problems.append(_outside(sentence, InRange(None, MOST_SECONDS), run.keep_every))
    elif run.keep_every <= 0:
        sentence = say("setting.hand-over", seconds=run.keep_every)
        problems.append(_outside(sentence, InRange(0, open=True), run.keep_every))
    for text in () if isinstance(run.guard, bool) else run.guard:
        problems += _guard_problems(text, addressed)
    return problems


def _outside(sentence: Sentence, needs: InRange, number: float, hint: Sentence | None = None) -> Problem:
    """Return the problem of a setting whose number is too low or too high."""
    there = Actual(value=f"{number:g}" if isinstance(number, float) else str(number))
    return error("bad-attr-value", sentence, requirement=Requirement(values=needs), actual=there, hint=hint)


def _guard_problems(text: str, addressed: Addressed) -> list[Problem]:
    """Return what is wrong with a pin that the guard is to look at."""
    try:
        element = parse_element(text)
    except Unreadable as fault:
        sentence, needs = say("guard.unreadable", why=fault.sentence), say("needs.pin-of-page")
        return [error("bad-watch", sentence, requirement=needs, actual=Actual(name=text))]
    found = addressed.find(element)
    if not found.is_there:
        near = nearest(element.block, found.beside, 1)
        hint = say("hint.did-you-mean", names=near) if near else say("hint.another-pin")
        sentence = say("guard.no-block", pin=text, block=element.place)
        needs = say("needs.pin-of-page")
        return [error("unknown-block", sentence, requirement=needs, actual=Actual(name=text), hint=hint)]
    known = found.facts
    if known is not None and element.pin.removeprefix("result_") not in known.outs:
        sentence = say("guard.no-output", pin=text, symbol=known.symbol.name, name=element.pin)
        hint = one_of_outputs(known.symbol)
        outputs = outputs_of(known.symbol)
        return [error("unknown-pin", sentence, requirement=outputs, actual=Actual(name=text), hint=hint)]
    return []


def outputs_of(symbol: Symbol) -> Requirement | Sentence:
    """Return the requirement of the name of one of a symbol's outputs."""
    names = tuple(p.name for p in symbol.outputs)
    return Requirement(names=names) if names else say("needs.pin-of-page")


def one_of_outputs(symbol: Symbol) -> Sentence:
    """Return the advice to choose one of a symbol's outputs."""
    names = tuple(p.name for p in symbol.outputs)
    return say("hint.choose-one-of", names=names) if names else say("hint.another-block")
