"""Pages of enuSpace: what becomes of texts, shapes, trends, gauges, pictures and scripts."""

from __future__ import annotations

from app.document.formats.enuspace import read_page
from app.document.formats.enuspace.paths import lines_of
from app.document.formats.registry import open_project
from app.document.model.sentence import say
from app.document.storage.reader import loads
from app.document.storage.writer import dumps
from tests.support.enuspace_pages import line, link, use, write_page
from tests.support.words import holds, sentences

SIGMOID = use("sig", "Sigmoid", at=(0, 0))


def page_of(tmp_path, *elements):
    """The page that the elements make."""
    return reported(tmp_path, *elements)[0]


def reported(tmp_path, *elements):
    """The page that the elements make, and the lines of its report."""
    read = read_page(write_page(tmp_path, elements))
    return read.page, tuple(read.report)


def test_a_trend_becomes_a_curve_of_the_outputs_that_its_results_show(tmp_path):
    trend = """<pg-trend id="T" transform="translate(100,50)" x="-10" y="0" width="200" height="80"
      auto-scale="off" yview-min="-1.0" yview-max="2.0" duration="500.0">
      <pg-trendtitle id="title" title="XOR"/>
      <pg-trendseries id="first" variable="sig.result_y[0][0]" stroke="rgb(255,0,0)"/>
      <pg-trendseries id="cost" variable="sig.result_y" stroke="rgb(0,255,0)"/>
      <pg-trendseries id="lost" variable="gone.result_y"/>
    </pg-trend>"""
    page, report = reported(tmp_path, SIGMOID, trend)
    monitor = page.monitors["T"]
    assert (monitor.kind, monitor.pins) == ("curve", ("sig.y[0][0]", "sig.y"))
    assert (monitor.at, monitor.size) == ((90, 50), (200, 80))
    assert monitor.options == {
        "title": "XOR",
        "min": -1.0,
        "max": 2.0,
        "duration": 500.0,
        "names": ["first", "cost"],
        "colours": ["#ff0000", "#00ff00"],
    }
    assert holds(report, say("enuspace.line-shows", line="lost", shown="gone.result_y"))


def test_gauges_show_what_is_wired_to_them_also_through_other_parts(tmp_path):
    page = page_of(
        tmp_path,
        SIGMOID,
        use(
            "lcd", "SENSOR_LCD", '<pg-set-attribute variable="#m_unit" value="NUM"/>', kind="logic", at=(5, 6)
        ),
        use("split", "ARAAY_3_OUT", kind="logic"),
        use("trend", "SENSOR_TREND", '<pg-set-attribute variable="#m_max" value="3"/>', kind="logic"),
        link("sig.result_y", "lcd.input"),
        link("lcd.output", "split.INPUT"),
        link("split.OUTPUT_2", "trend.input"),
    )
    assert list(page.blocks) == ["sig"]
    assert page.wires == []
    found = {m.id: (m.kind, m.pins, m.options) for m in page.monitors.values()}
    assert found == {
        "lcd": ("number", ("sig.y",), {"unit": "NUM"}),
        "trend": ("curve", ("sig.y[1]",), {"max": 3.0}),
    }


def test_what_a_part_of_the_host_fed_to_a_block_is_reported(tmp_path):
    elements = use("n", "Negate"), use("pump", "PUMP", kind="logic"), link("pump.output", "n.x")
    _, report = reported(tmp_path, *elements)
    wired = say("report.at-pin", pin="x", what=say("enuspace.part-wired", part="pump"))
    assert holds(report, line("n", "kept", wired))


def test_host_parts_wired_in_a_circle_show_nothing(tmp_path):
    page = page_of(
        tmp_path,
        use("a", "SENSOR_LCD", kind="logic"),
        use("b", "SENSOR_LCD", kind="logic"),
        link("a.output", "b.input"),
        link("b.output", "a.input"),
    )
    assert [m.pins for m in page.monitors.values()] == [(), ()]


def test_plain_copies_in_scripts_say_what_pictures_and_texts_show_and_no_script_is_lost(tmp_path):
    script = """<script type="text/lua"><![CDATA[function _ontask()
      for i=0,27,1 do
        for j=0,27,1 do
          IMG0.data[i][j]  = sig.result_y[3][i*28+j]
          IMG1.data[i][j]  = sig.result_y[3][i*28+j] + sig.result_y[0][0]
          IMG2.data[i][j]  = math.abs(sig.result_y[3][i*28+j])
        end
      end
      LABEL.text = string.format("%d", sig.result_y[2][0])
      os.execute("rm -rf /")
    end]]></script>"""
    contour = (
        '<pg-trend-contour id="{}" transform="translate(300,100) rotate(90.00)" x="0" y="70" width="80" height="82" '
        'subdivision="28,28" minElevation="0" maxElevation="1" colorElevation="rgb(10,50,120);rgb(255,255,255)"/>'
    )
    label = '<text id="LABEL" transform="translate(10,20)" font-size="10.0" pg-oneline-height="12">0</text>'
    page, report = reported(
        tmp_path,
        SIGMOID,
        script,
        contour.format("IMG0"),
        contour.format("IMG1"),
        contour.format("IMG2"),
        label,
    )
    shown = {m.id: (m.kind, m.pins) for m in page.monitors.values()}
    assert shown == {
        "IMG0": ("picture", ("sig.y[3]",)),
        "IMG1": ("picture", ("sig.y[3]",)),
        "IMG2": ("picture", ()),
        "LABEL": ("number", ("sig.y[2][0]",)),
    }
    picture = page.monitors["IMG0"]
    assert picture.options["shape"] == [28, 28]
    assert picture.options["scale"] == ["#0a3278", "#ffffff"]
    added = say("enuspace.script-adds", added="+ sig.result_y[0][0]")
    assert holds(report, line("IMG1", "replaced", added))
    assert page.monitors["LABEL"].options == {"bare": True, "format": "fixed", "digits": 0}
    assert (picture.at, picture.size) == ((148, 100), (82, 80))  # turned by 90 degrees
    (lines,) = [s for s in sentences(report) if s.key == "enuspace.script"]
    assert 'os.execute("rm -rf /")' in lines["script"]["words"]


def test_texts_rectangles_and_lines_become_notes(tmp_path):
    page = page_of(
        tmp_path,
        use("a", "Const"),
        '<text id="T" transform="translate(10,50)" stroke="rgb(0,175,84)" font-size="20.0" font-weight="bold" '
        'pg-oneline-height="23">\nFirst line\n  second &lt;line&gt;\n\t</text>',
        '<rect id="R" transform="translate(5,7)" x="0" y="-2" width="100" height="20" fill="rgb(65,65,65)" '
        'stroke="rgb(215,215,215)"/>',
        '<polyline id="P" transform="translate(1,1)" points="0,0 10,0 10,30"/>',
        '<path id="A" transform="translate(0,0)" d="M0.00,0.00 L40,-10 l5,5 z M 1,1 h 9 V 4"/>',
    )
    text, box = page.notes["T"], page.notes["R"]
    assert (text.kind, text.text, text.at) == ("text", "First line\n  second <line>", (6, 25))
    assert text.style == {"color": "#00af54", "size": 20.0, "bold": True}
    assert (box.kind, box.at, box.size) == ("shape", (5, 5), (100, 20))
    assert box.style == {"shape": "rectangle", "fill": "#414141", "outline": "#d7d7d7"}
    assert (page.notes["P"].at, page.notes["P"].size) == ((1, 1), (10, 30))
    assert page.notes["P"].style["lines"] == [[[0, 0], [1, 0], [1, 1]]]
    assert (page.notes["A"].at, page.notes["A"].size) == ((0, -10), (45, 14))
    closed, corner = page.notes["A"].style["lines"]
    assert closed[0] == closed[-1]
    assert [round(x * 45) for x, _ in corner] == [1, 10, 10]


def test_an_arc_of_a_path_is_followed_along_its_circle():
    (line,) = lines_of("M10,0 A10,10 0 0,1 0,10")  # a quarter around the origin
    assert line[0] == (10, 0)
    assert line[-1] == (0, 10)
    assert all(abs(x * x + y * y - 100) < 1e-9 and x >= 0 and y >= 0 for x, y in line)
    (long,) = lines_of("M10,0 a10,10 0 1,0 -10,10")  # the other way round
    assert min(y for _, y in long) < -9


def test_texts_that_are_scaled_and_centred_stand_where_they_stood(tmp_path):
    text = '<text id="{}" transform="translate(100,50) scale({})" text-anchor="{}" font-size="10">abcd</text>'
    page = page_of(tmp_path, SIGMOID, text.format("a", 1, "start"), text.format("b", 2, "middle"))
    small, large = page.notes["a"], page.notes["b"]
    assert (small.style["size"], large.style["size"]) == (10, 20)
    assert large.at[0] + large.size[0] / 2 == 100


def test_settings_and_parts_that_are_not_understood_are_in_the_report(tmp_path):
    _, report = reported(
        tmp_path,
        use("s", "ClientSession", '<pg-set-attribute variable="#m_Debug" value="1"/>'),
        use("pump", "PUMP", '<pg-set-attribute variable="#m_flow" value="7"/>', kind="logic"),
        '<pg-gauge id="dial" transform="translate(3,4)"/>',
    )
    assert holds(
        report,
        line("s", "kept", say("enuspace.setting", name="m_Debug", value="1")),
        line("pump", "kept", say("enuspace.part", settings=("m_flow = 7",))),
        line("dial", "kept", say("enuspace.not-drawn", element="pg-gauge", x=3, y=4)),
    )


def test_wires_keep_their_own_colours_widths_and_dashes(tmp_path):
    wire = (
        '<polyline id="L{}" stroke="{}" stroke-width="{}" {} points="0,0 9,9">'
        '<pg-link from-id="a" param-from="output" to-id="{}" param-to="x"/></polyline>'
    )
    path = write_page(
        tmp_path,
        [
            use("a", "Const"),
            *(use(name, "Negate") for name in ("m", "n")),
            wire.format(1, "rgb(140,64,2)", "3.00", "", "m"),
            wire.format(2, "rgb(0,174,238)", "2.00", 'stroke-dasharray="1,1,1"', "n"),
        ],
    )
    loaded = loads(dumps(open_project(path).project))
    assert loaded.problems == {}
    usual, other = loaded.project.pages[0].wires
    assert usual.extra == {}
    assert other.extra == {"style": {"color": "#00aeee", "width": 2.0, "dash": True}}


def test_a_picture_that_its_own_script_fills_with_its_colour_scale_shows_that_scale(tmp_path):
    legend = (
        '<pg-trend-contour id="L" x="0" y="0" width="16" height="80" subdivision="1,20" minElevation="-2" '
        'maxElevation="2" colorElevation="rgb(0,0,0);rgb(255,255,255)"><script type="text/lua">function _onload()\n'
        "data[0][i] = minElevation + (maxElevation-minElevation)*(i/subdivision_y)\nend</script></pg-trend-contour>"
    )
    page, report = reported(tmp_path, SIGMOID, legend)
    assert page.monitors["L"].pins == ()
    assert page.monitors["L"].options["scale"] == ["#000000", "#ffffff"]
    assert holds(report, line("L", "replaced", say("enuspace.own-scale")))
