"""Large pages for the measurements, made by rule so that both sides have the same work."""

from __future__ import annotations

from app.document.model.diagram import Block, Page, PinRef, Project, Wire

_COLUMNS = 40
_TYPED = (2, 4, 7, 9)  # of ten blocks, those whose second input is a typed text
_BINARY = {"Add": "z", "Multiply": "z", "Subtract": "z", "MatMul": "product"}


def large_page(size: int) -> Page:
    """Return a page of ``size`` blocks: Consts of 4 x 4, operations on earlier blocks and typed texts; all run."""
    blocks: dict[str, Block] = {}
    wires: list[Wire] = []
    outputs: list[PinRef] = []
    for n in range(size - 1):
        name, place = f"b{n}", ((n % _COLUMNS) * 180.0, (n // _COLUMNS) * 160.0)
        if n % 10 < 2:
            blocks[name] = Block(id=name, symbol="Const", at=place, pins={"val": _matrix(n)})
            outputs.append(PinRef(name, "output"))
            continue
        symbol = ("Add", "Multiply", "Subtract", "MatMul", "Sigmoid", "Add", "Tanh", "Multiply")[n % 10 - 2]
        blocks[name] = Block(id=name, symbol=symbol, at=place)
        first, second = ("a", "b") if symbol == "MatMul" else ("x", "y")
        wires.append(Wire(source=outputs[-1], target=PinRef(name, first)))
        if n % 10 in _TYPED:
            blocks[name].pins = {second: f"{n % 9}.5f"}
        elif symbol in _BINARY:
            wires.append(Wire(source=outputs[(n * 7) % len(outputs)], target=PinRef(name, second)))
        outputs.append(PinRef(name, _BINARY.get(symbol, "y")))
    blocks["session"] = Block(id="session", symbol="ClientSession", at=(0, -200))
    used = {wire.source for wire in wires}
    ends = [out for out in outputs if out not in used]
    wires += [Wire(source=out, target=PinRef("session", "fetch_outputs")) for out in ends]
    return Page(name="large", blocks=blocks, wires=wires)


def chain_page(size: int) -> Page:
    """Return a page of ``size`` blocks: one chain of additions and Tanh, whose end a session fetches."""
    blocks = {"b0": Block(id="b0", symbol="Const", at=(0.0, 0.0), pins={"val": _matrix(0)})}
    wires: list[Wire] = []
    last = PinRef("b0", "output")
    for n in range(1, size - 1):
        name, place = f"b{n}", ((n % _COLUMNS) * 180.0, (n // _COLUMNS) * 160.0)
        symbol, pins, output = ("Tanh", {}, "y") if n % 2 else ("Add", {"y": "0.25f"}, "z")
        blocks[name] = Block(id=name, symbol=symbol, at=place, pins=dict(pins))
        wires.append(Wire(source=last, target=PinRef(name, "x")))
        last = PinRef(name, output)
    blocks["session"] = Block(id="session", symbol="ClientSession", at=(0, -200))
    wires.append(Wire(source=last, target=PinRef("session", "fetch_outputs")))
    return Page(name="chain", blocks=blocks, wires=wires)


def _matrix(n: int) -> str:
    """Return the text of a 4 x 4 matrix of float32."""
    rows = (",".join(f"{(n + i * j) % 7}.25f" for j in range(4)) for i in range(4))
    return "{" + ",".join(f"{{{row}}}" for row in rows) + "}"


def large_project(size: int) -> Project:
    """Return a project of one such page."""
    return Project(pages=[large_page(size)])
