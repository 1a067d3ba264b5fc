"""Random pages of blocks that look at values, keep state, loop, differentiate or fail, and random edits of them."""

from __future__ import annotations

import random

from app.document.model.diagram import Block, Page, PinRef, Wire
from tests.support.pages import page

LOOP = """
    enter.output -> merge.inputs
    next.output -> merge.inputs
    merge.output -> less.x
    less.z -> cond.input
    merge.output -> switch.data
    cond.output -> switch.pred
    switch.output_true -> add.x
    add.z -> next.data
    switch.output_false -> exit.data
    """
_FLOATS = (
    "1.0f", "2.5f", "{1.0f,2.0f}", "{1.0f,2.0f,3.0f}", "{{1.0f,2.0f},{3.0f,4.0f}}", "{{1.0f},{2.0f}}", "{}",
)  # fmt: skip
_INTS = (
    "1", "2", "0", "-1", "{2,2}", "{4,1}", "{-1}", "{-1,2}", "{1,0}", "{0}", "{{0,1},{1,0}}", "{{1,1},{0,2}}", "{2}"
)  # fmt: skip
_OTHERS = ("0.5", "true", "{true,false}", '"a"', "{{true,false},{false,true}}")
_WHOLE = (
    "axis", "shape", "dims", "size", "begin", "multiples", "perm", "paddings", "indices", "depth", "start", "limit",
    "delta", "dimension",
)  # fmt: skip
_WHOLE_OUTPUTS = ("Shape", "Size", "Rank", "Range", "ArgMax", "Const")
_ATTRS = {
    "MatMul": ("", "transpose_a_ = true;", "transpose_b_ = true;"),
    "Sum": ("", "keep_dims_ = true;"),
    "Squeeze": ("", "axis_ = {0};", "axis_ = {1};"),
    "Placeholder": ("", "shape_ = {2,2};", "shape_ = {-1,2};", "shape_ = {-1};"),
    "Pack": ("", "axis_ = 1;"),
    "Gather": ("",),
}
_DTYPES = ("DT_FLOAT", "DT_FLOAT", "DT_FLOAT", "DT_INT32", "DT_DOUBLE")
# symbol -> its inputs, and its outputs; upper-case inputs take several wires
_SYMBOLS = {
    "Add": ("x y", "z"), "Multiply": ("x y", "z"), "MatMul": ("a b", "product"), "Sigmoid": ("x", "y"),
    "Square": ("x", "y"), "Reshape": ("tensor shape", "output"), "Sum": ("input axis", "output"),
    "Concat": ("VALUES axis", "output"), "Pack": ("VALUES", "output"), "Split": ("axis value", "output"),
    "Shape": ("input", "output"), "Size": ("input", "output"), "Rank": ("input", "output"),
    "Fill": ("dims value", "output"), "Range": ("start limit delta", "output"),
    "Slice": ("input begin size", "output"), "Tile": ("input multiples", "output"),
    "Transpose": ("x perm", "y"), "ExpandDims": ("input axis", "output"), "Squeeze": ("input", "output"),
    "Cast": ("x", "y"), "Pad": ("input paddings", "output"), "OneHot": ("indices depth on_value off_value", "output"),
    "Select": ("condition x y", "output"), "ArgMax": ("input dimension", "output"),
    "Gather": ("params indices", "output"), "RandomUniform": ("shape", "output"), "Where": ("condition", "index"),
    "Unique": ("x", "y idx"), "Less": ("x y", "z"), "Identity": ("input", "output"),
    "Assign": ("ref value", "output_ref"),
    "Switch": ("data pred", "output_false output_true"), "AddSymbolicGradients": ("OUTPUTS INPUTS", "grad_outputs"),
    "Const": ("", "output"), "Placeholder": ("", "output"), "Variable": ("", "ref"),
    "ReadFile": ("filename", "contents"),
    "Unstack": ("value", "output"),
}  # fmt: skip


class Sketch:
    """A page that changes at random; the same seed gives the same page and the same edits."""

    def __init__(self, seed: int, size: int) -> None:
        """Draw a loop, and ``size`` blocks beside and behind it."""
        self._random = random.Random(seed)
        self._count = 0
        blocks = {
            "enter": ("Enter", {"data": "0", "frame_name": "count"}), "merge": "Merge", "less": ("Less", {"y": "10"}),
            "cond": "LoopCond", "switch": "Switch", "add": ("Add", {"y": "1"}), "next": "NextIteration", "exit": "Exit",
        }  # fmt: skip
        self.page: Page = page(blocks, LOOP)
        for _ in range(size):
            self._add()

    def edit(self) -> str:
        """Change one thing: a text, a wire, a dtype or attr, or a block; returns what."""
        draws = self._random
        what = draws.choice(("text", "text", "wire", "wire", "attr", "unwire", "add", "remove"))
        blocks = list(self.page.blocks)
        name = draws.choice(blocks)
        block = self.page.blocks[name]
        inputs = _SYMBOLS.get(block.symbol, ("", ""))[0].split()
        if what == "add" or len(blocks) < 8:
            self._add()
        elif what == "remove" and len(blocks) > 12:
            del self.page.blocks[name]
            self.page.wires = [w for w in self.page.wires if name not in (w.source.block, w.target.block)]
        elif what == "unwire" and self.page.wires:
            self.page.wires.remove(draws.choice(self.page.wires))
        elif what == "wire" and inputs:
            self._wire(name, draws.choice(inputs))
        elif what == "attr":
            self._set_attrs(block)
        else:
            pins = [p for p in inputs if p.islower()] or ["val"]
            pin = draws.choice(pins)
            block.pins[pin] = self._text(pin)
        return f"{what} {name}"

    def _add(self) -> None:
        self._count += 1
        name, symbol = f"b{self._count}", self._random.choice(list(_SYMBOLS))
        block = Block(id=name, symbol=symbol)
        self.page.blocks[name] = block
        self._set_attrs(block)
        if symbol == "Const":
            block.pins["val"] = self._text("val")
        if symbol == "Variable":
            block.pins["initvalues"] = self._random.choice(_FLOATS)
        for pin in _SYMBOLS[symbol][0].split():
            if pin.isupper() or self._random.random() < (0.3 if pin in _WHOLE else 0.8):
                for _ in range(self._random.randint(1, 3) if pin.isupper() else 1):
                    self._wire(name, pin)
            else:
                block.pins[pin] = self._text(pin)

    def _wire(self, name: str, pin: str) -> None:
        """Lead a random output there, in place of the wire before (beside it where the pin takes several)."""
        target = PinRef(name, pin.lower())
        if pin.islower():
            self.page.wires = [w for w in self.page.wires if w.target != target]
        symbols = _WHOLE_OUTPUTS if pin in _WHOLE else ("Variable",) if pin == "ref" else tuple(_SYMBOLS)
        number = int(name[1:]) if name[0] == "b" else 0
        sources = [
            n for n, b in self.page.blocks.items() if b.symbol in symbols and n[0] == "b" and n != name
        ]
        earlier = [
            n for n in sources if int(n[1:]) < number
        ]  # mostly these, so that most wires make no circle
        if self._random.random() < 0.97:
            sources = earlier
        if not sources:
            return
        source = self._random.choice(sources)
        outputs = _SYMBOLS[self.page.blocks[source].symbol][1].split()
        self.page.wires.append(Wire(source=PinRef(source, self._random.choice(outputs)), target=target))

    def _text(self, pin: str) -> str:
        likely = _INTS if pin in _WHOLE else _FLOATS
        return self._random.choice(likely if self._random.random() < 0.9 else (*_INTS, *_FLOATS, *_OTHERS))

    def _set_attrs(self, block: Block) -> None:
        draws = self._random
        if block.symbol in _ATTRS:
            block.pins["attrs"] = draws.choice(_ATTRS[block.symbol])
        if block.symbol in ("Placeholder", "RandomUniform"):
            block.pins["dtype"] = draws.choice(_DTYPES)
        if block.symbol == "Cast":
            block.pins["DstT"] = draws.choice(_DTYPES)
        if block.symbol in ("Split", "Unstack"):
            block.pins["num_split" if block.symbol == "Split" else "num"] = draws.choice(("1", "2", "3"))
