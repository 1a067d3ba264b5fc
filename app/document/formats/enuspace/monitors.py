"""From trends, contours, gauges and texts that scripts fill to monitors of the outputs that they show."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.document.formats.enuspace.colours import colour
from app.document.formats.enuspace.elements import Elements, Link, Placed, Use
from app.document.formats.enuspace.placement import number_of, numbers, rectangle, rounded
from app.document.formats.enuspace.scripts import Copy, draws_own_scale
from app.document.formats.enuspace.styles import text_box
from app.document.formats.enuspace.xml_tree import Node
from app.document.formats.report import Report
from app.document.model.diagram import Block, Monitor, PinRef
from app.document.model.sentence import say
from blocks.catalog import Catalog

_VARIABLE = re.compile(r"\s*([^.\[\]\s]+)\.([^.\[\]\s]+)((?:\[\d+\])*)\s*\Z")
_OUTPUT_NUMBER = re.compile(r"OUTPUT_([1-9]\d*)\Z", re.IGNORECASE)
_FORMAT = re.compile(r"%[-+ 0#]*\d*(?:\.(?P<digits>\d+))?(?P<kind>[dieEfFgG])")
_GAUGES = {"SENSOR_TREND": "curve", "SENSOR_LCD": "number"}
_SPLITTERS = frozenset({"ARAAY_3_OUT", "ARRAY_3_OUT"})
_GAUGE_SIZE = {"curve": (240.0, 160.0), "number": (120.0, 60.0)}
_HOST = "logic"  # enuSpace's own library
_LONGEST = 200  # letters of a part's text in the report
_ATTRIBUTES = {
    "m_labelname": "title",
    "m_min": "min",
    "m_max": "max",
    "m_duration": "duration",
    "m_unit": "unit",
}


@dataclass
class MonitorMaker:
    """Makes the monitors of one page. ``ids`` leads from an element's id to its id on our page."""

    catalog: Catalog
    blocks: Mapping[str, Block]
    ids: Mapping[str, str]
    elements: Elements
    copies: Mapping[str, Copy]
    report: Report
    _sources: dict[tuple[str, str], Link] = field(init=False)
    _logic: dict[str, Use] = field(init=False)
    _wires: dict[str, list[Link]] = field(init=False)  # by the host's parts that they touch
    _led_through: set[str] = field(init=False, default_factory=set)  # splitters, by their ids in the file

    def __post_init__(self) -> None:
        """Index the wires that lead into the host's own parts."""
        self._sources = {(k.target, k.target_pin.partition("[")[0]): k for k in self.elements.links}
        self._logic = {use.id: use for use in self.elements.uses if not use.is_block}
        self._wires = defaultdict(list)
        for link in self.elements.links:
            for end in {link.source, link.target} & self._logic.keys():
                self._wires[end].append(link)

    def gauge(self, use: Use, monitor_id: str) -> Monitor | None:
        """Return the monitor of a host's part; None for one that shows nothing or is not known."""
        if use.symbol in _SPLITTERS:
            return None  # led through by the parts behind it
        kind = _GAUGES.get(use.symbol)
        options: dict[str, Any] = {
            _ATTRIBUTES[k]: _number_or_text(v)
            for k, v in use.attributes.items()
            if k in _ATTRIBUTES and v.strip()
        }
        if kind is None:
            self._report_part(use, monitor_id, is_known=False)
            return None
        shown = self._led("input", use.id)
        if shown is None:
            self.report.add("kept", monitor_id, say("enuspace.unwired-part", part=use.symbol))
        pins = () if shown is None else (shown,)
        return Monitor(
            id=monitor_id, kind=kind, pins=pins, at=rounded(use.at), size=_GAUGE_SIZE[kind], options=options
        )

    def report_unused(self, parts: Iterable[tuple[Use, str]]) -> None:
        """Add to the report the splitters that lead nothing to a monitor."""
        for use, given in parts:
            if use.symbol in _SPLITTERS and use.id not in self._led_through:
                self._report_part(use, given, is_known=True)

    def _report_part(self, use: Use, monitor_id: str, *, is_known: bool) -> None:
        """Say in the report what the page holds of a part that is left out: its place, its texts, its wires."""
        x, y = rounded(use.at)
        texts = [*use.attributes.items(), *((value.name, value.value) for value in use.pins)]
        settings = tuple(f"{name} = {text.strip()[:_LONGEST]}" for name, text in texts if text.strip())
        has = settings or say("enuspace.no-settings")
        named = use.symbol or say("enuspace.nameless")
        if use.library.lower() != _HOST:
            named = say("enuspace.part-of", part=named, library=use.library)
        sentence = say("enuspace.part", part=named, settings=has, x=x, y=y)
        if is_known:
            sentence = say("enuspace.part-unused", part=named, settings=has, x=x, y=y)
        wires = tuple(link.ends for link in self._wires.get(use.id, ()))
        if wires:
            sentence = say("enuspace.with-wires", part=sentence, wires=wires)
        self.report.add("kept", monitor_id, sentence)

    def drawn(self, placed: Placed, monitor_id: str) -> Monitor | None:
        """Return the monitor of a drawn element; None where it shows no value."""
        node = placed.node
        if node.name == "pg-trend":
            return self._trend(placed, monitor_id)
        if node.name == "pg-trend-contour":
            return self._contour(placed, monitor_id)
        copy = self.copies.get(node.id)
        if node.name != "text" or copy is None:
            return None
        pin = self._pin(copy.block, copy.pin, copy.indices)
        if pin is None:
            return None
        at, size = text_box(placed)
        options: dict[str, Any] = {"bare": True} | _number_format(copy.format)
        return Monitor(id=monitor_id, kind="number", pins=(pin,), at=at, size=size, options=options)

    def _trend(self, placed: Placed, monitor_id: str) -> Monitor:
        node = placed.node
        pins: list[str] = []
        names: list[str] = []
        colours: list[str] = []
        for line in node.named("pg-trendseries"):
            text = line.attrs.get("variable", "")
            named = _VARIABLE.match(text)
            pin = self._pin(*named.groups()) if named else None
            if pin is None:
                shows = say("enuspace.line-shows", line=line.id, shown=text)
                nothing = say("enuspace.line-shows-nothing", line=line.id)
                self.report.add("kept", monitor_id, shows if text else nothing)
                continue
            pins.append(pin)
            names.append(line.id)
            colours.append(colour(line.attrs.get("stroke", "")))
        titles = [t.attrs.get("title", "") for t in node.named("pg-trendtitle")]
        options: dict[str, Any] = {"title": titles[0]} if titles and titles[0] else {}
        if node.attrs.get("auto-scale", "off") != "on":
            options |= {
                "min": number_of(node.attrs, "yview-min"),
                "max": number_of(node.attrs, "yview-max", 1.0),
            }
        if "duration" in node.attrs:
            options["duration"] = number_of(node.attrs, "duration")
        options["names"] = names
        if all(colours):
            options["colours"] = colours
        at, size = rectangle(node.attrs, placed.transform)
        return Monitor(id=monitor_id, kind="curve", pins=tuple(pins), at=at, size=size, options=options)

    def _contour(self, placed: Placed, monitor_id: str) -> Monitor:
        node = placed.node
        options: dict[str, Any] = {
            "min": number_of(node.attrs, "minElevation"),
            "max": number_of(node.attrs, "maxElevation", 1.0),
        }
        options |= {"colours": "heat", "bare": True}
        cells = [int(n) for n in numbers(node.attrs.get("subdivision", "")) if 0 < n < 1e6]
        if len(cells) == 2:
            options["shape"] = cells
        colours = [colour(part) for part in node.attrs.get("colorElevation", "").split(";") if part.strip()]
        if colours:
            options["scale"] = colours
        if abs(placed.transform.a) > abs(placed.transform.b):
            # data[i][j] runs to the right with i; most pages turn that by 90 degrees
            options["transpose"] = True
        copy = self.copies.get(node.id)
        pin = self._pin(copy.block, copy.pin, copy.indices) if copy else None
        self._report_contour(node, monitor_id, copy, pin)
        at, size = rectangle(node.attrs, placed.transform)
        return Monitor(
            id=monitor_id, kind="picture", pins=(pin,) if pin else (), at=at, size=size, options=options
        )

    def _report_contour(self, node: Node, monitor_id: str, copy: Copy | None, pin: str | None) -> None:
        if pin is not None and copy is not None and copy.rest:
            self.report.add("replaced", monitor_id, say("enuspace.script-adds", pin=pin, added=copy.rest))
        elif pin is None and draws_own_scale(node):
            self.report.add("replaced", monitor_id, say("enuspace.own-scale"))
        elif pin is None:
            self.report.add("kept", monitor_id, say("enuspace.picture-of-nothing"))

    def _led(self, pin: str, part: str) -> str | None:
        """Return the output behind a wire into a host's part, through further parts; None where there is none."""
        indices = ""
        for name in self._upstream(pin):
            link = self._sources.get((part, name))
            if link is None:
                continue
            seen = set()
            while link is not None and link.source in self._logic and link.source not in seen:
                seen.add(link.source)
                self._led_through.add(link.source)
                number = _OUTPUT_NUMBER.match(link.source_pin)
                if number and self._logic[link.source].symbol in _SPLITTERS:
                    indices = f"[{int(number.group(1)) - 1}]" + indices
                link = next(
                    (
                        self._sources[link.source, n]
                        for n in self._upstream("input")
                        if (link.source, n) in self._sources
                    ),
                    None,
                )
            if link is not None:
                name, _, rest = link.source_pin.partition("[")
                return self._pin(link.source, name, (f"[{rest}" if rest else "") + indices)
        return None

    @staticmethod
    def _upstream(pin: str) -> Iterator[str]:
        yield pin
        yield pin.upper()

    def _pin(self, element: str, name: str, indices: str) -> str | None:
        """Return ``block.pin[0][1]`` of the output that a result pin shows; None where the block is not there."""
        block = self.blocks.get(self.ids.get(element, ""))
        if block is None:
            return None
        symbol = self.catalog.get(block.symbol)
        result = symbol.pin(name, "result") if symbol else None
        shown = symbol.shown_by(result) if symbol and result else None
        output = shown.name if shown else name.removeprefix("result_")
        return str(PinRef(block.id, output)) + indices


def _number_format(text: str) -> dict[str, Any]:
    """Return a C format as a number monitor's options: ``%.5f`` as five fixed digits."""
    found = _FORMAT.fullmatch(text.strip())
    if found is None:
        return {"pattern": text} if text else {}
    if found["kind"] in "di":
        return {"format": "fixed", "digits": 0}
    style = {"f": "fixed", "e": "scientific"}.get(found["kind"].lower(), "auto")
    return {"format": style, "digits": int(found["digits"] or 6)}


def _number_or_text(text: str) -> float | str:
    found = numbers(text)
    return found[0] if len(found) == 1 and _is_number(text) else text.strip()


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
