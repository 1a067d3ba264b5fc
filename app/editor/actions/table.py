"""Every action of the editor, declared once: name, icon, keys, when it can be used, and where it appears."""

# ruff: noqa: E501 - a table reads best with one row a line
# fmt: off

from __future__ import annotations

from typing import NamedTuple


class Action(NamedTuple):
    """One action. A controller's ``actions`` names what it calls.

    ``needs`` are states that must all hold: ``document``, ``page`` (a page is shown), ``editable`` (not
    read-only), ``selection`` (anything), ``blocks`` (at least one), ``collapsible`` (a block
    or frame), ``several`` (two or more), ``wires`` (at
    least one), ``use`` (a block that stands
    for a page), ``inside`` (the page is looked at inside a use), ``saved`` (has a file), ``undo``, ``redo``; of the run ``idle`` (one can be begun), ``running`` (steps
    are being made), ``stoppable``, ``pausable``, ``continuable``. ``group`` separates within a menu. ``context`` lists the places on
    the canvas whose context menu shows it (in the order of ``context_menus.py``); ``submenu`` is the title of one in its menu.
    """

    id: str
    text: str
    menu: str
    group: int = 0
    keys: tuple[str, ...] = ()
    icon: str = ""
    needs: frozenset[str] = frozenset()
    toolbar: bool = False
    context: frozenset[str] = frozenset()
    checkable: bool = False
    tip: str = ""
    submenu: str = ""


MENUS = ("&File", "&Edit", "&Page", "&Arrange", "&View", "&Run", "&Help")

_DOC = frozenset({"document"})
_PAGE = frozenset({"page"})
_EDIT = frozenset({"page", "editable"})
_SELECTION = _EDIT | {"selection"}
_BLOCKS = _EDIT | {"blocks"}
_SEVERAL = _EDIT | {"several"}
_WIRES = _EDIT | {"wires"}
_BLOCK = frozenset({"block"})
_NOTE = frozenset({"note", "frame"})
_ITEM = frozenset({"block", "monitor", "curve"}) | _NOTE  # a curve is a monitor that has an axis
_ANY = _ITEM | {"wire"}
_EMPTY = frozenset({"page"})

_FILE = (
    Action("file.new", "&New project", "&File", 0, ("Ctrl+N",), "new", toolbar=True),
    Action("file.open", "&Open…", "&File", 0, ("Ctrl+O",), "open", toolbar=True),
    Action("file.open_folder", "Open a folder of enuSpace &pages…", "&File", 0, (), "", tip="All pages in a folder and below it become one project; a folder that is a SavedModel opens as one, too"),
    Action("file.save", "&Save", "&File", 1, ("Ctrl+S",), "save", _DOC | {"editable"}, toolbar=True),
    Action("file.save_as", "Save &as…", "&File", 1, ("Ctrl+Shift+S",), "save_as", _DOC),
    Action("file.reload", "&Reload from disk", "&File", 1, (), "", _DOC | {"saved"}, tip="Read the file again and drop the changes since the last save"),
    Action("file.export", "&Export picture…", "&File", 1, (), "", _PAGE, tip="The whole page as PNG, SVG or PDF, with the monitors as they are"),
    Action("file.export_page", "E&xport the page…", "&File", 1, (), "", _PAGE, tip="As a program of Python, or as a model: SavedModel, frozen graph, TensorFlow Lite, ONNX"),
    Action("file.data_folders", "&Data folders…", "&File", 2, (), "", tip="Where files are looked for that a diagram names and that are not beside it"),
    Action("file.allowed", "Allo&wed…", "&File", 2, (), "", tip="What projects have been allowed to touch outside of their folders"),
    Action("file.start_page", "S&tart page", "&File", 2, (), "page"),
    Action("file.preferences", "Pre&ferences…", "&File", 2, ("Ctrl+,",), "", tip="Theme, font size, grid, wires and keys"),
    Action("file.close", "&Close window", "&File", 3, ("Ctrl+W",), ""),
    Action("file.quit", "&Quit", "&File", 3, ("Ctrl+Q",), ""),
)

_EDITING = (
    Action("edit.undo", "&Undo", "&Edit", 0, ("Ctrl+Z",), "undo", _DOC | {"undo"}, toolbar=True),
    Action("edit.redo", "&Redo", "&Edit", 0, ("Ctrl+Shift+Z", "Ctrl+Y"), "redo", _DOC | {"redo"}, toolbar=True),
    Action("edit.cut", "Cu&t", "&Edit", 1, ("Ctrl+X", "Shift+Del"), "cut", _SELECTION, context=_ITEM),
    Action("edit.copy", "&Copy", "&Edit", 1, ("Ctrl+C", "Ctrl+Ins"), "copy", _PAGE | {"selection"}, context=_ITEM),
    Action("edit.copy_picture", "Copy the page as a picture", "&Edit", 1, (), "", _PAGE, context=_EMPTY, tip="Put it on the clipboard, with the monitors as they are"),
    Action("edit.copy_python", "Copy as Python", "&Edit", 1, (), "", _PAGE | {"blocks"}, context=_BLOCK, tip="A program of the selected blocks, with what others have given them in the last run as constants: for a bug report"),
    Action("edit.paste", "&Paste", "&Edit", 1, ("Ctrl+V", "Shift+Ins"), "paste", _EDIT, context=_EMPTY, tip="Blocks of a project in another folder bring the files along that they name, if you say so"),
    Action("edit.duplicate", "&Duplicate", "&Edit", 1, ("Ctrl+D",), "duplicate", _BLOCKS, context=_BLOCK),
    Action("edit.delete", "De&lete", "&Edit", 1, ("Del",), "delete", _SELECTION, context=_ANY),
    Action("edit.select_all", "Select &all", "&Edit", 2, ("Ctrl+A",), "", _PAGE, context=_EMPTY),
    Action("edit.select_kind", "Select all of this &symbol", "&Edit", 2, ("Ctrl+Shift+K",), "", _PAGE | {"blocks"}, context=_BLOCK),
    Action("edit.find", "&Find…", "&Edit", 3, ("Ctrl+F",), "find", _PAGE, toolbar=True, tip="Find blocks, notes and typed texts on all pages; page/block goes there"),
    Action("edit.add_block", "Add a &block…", "&Edit", 4, ("Ctrl+Space",), "block_add", _EDIT, context=_EMPTY, tip="Search the catalog and place a block; Tab does the same on the page"),
    Action("edit.rename", "Rename block or write note", "&Edit", 4, (), "", _SELECTION, context=_BLOCK | _NOTE, tip="In place: the id of the selected block, else the text of the selected note; on the page F2 does it"),
    Action("edit.replace", "R&eplace by another block…", "&Edit", 4, ("Ctrl+Shift+R",), "", _BLOCKS, context=_BLOCK, tip="Search the catalog for a block that takes the place of the selected one; wires and texts that fit it stay"),
    Action("edit.insert", "Insert a bloc&k into the wire…", "&Edit", 4, (), "", _WIRES, context=frozenset({"wire"}), tip="Search among the blocks that fit both ends; a double click on the wire does the same"),
    Action("edit.add_python", "Add a P&ython block…", "&Edit", 4, (), "", _EDIT, tip="Write a Python file beside the project, with a function that is a block, and place it"),
    Action("edit.add_note", "Add a &note", "&Edit", 4, ("Ctrl+Shift+N",), "note", _EDIT, context=_EMPTY),
    Action("edit.add_frame", "Add a fra&me", "&Edit", 4, ("Ctrl+B",), "frame", _EDIT, context=_EMPTY),
    Action("edit.add_shape", "Add a s&hape", "&Edit", 4, (), "", _EDIT, context=_EMPTY, tip="A filled rectangle behind the blocks; a double click writes into it"),
    Action("edit.wire", "&Wire by keyboard", "&Edit", 4, ("Ctrl+L",), "wire", _BLOCKS, context=_BLOCK, tip="Start a wire at the selected block; arrows choose the pins, Enter connects"),
    Action("edit.switch", "Switch block &off or on", "&Edit", 5, ("Ctrl+E",), "power", _BLOCKS, context=_BLOCK, tip="A block that is off stays in the file and is left out of runs"),
    Action("edit.add_bend", "Add a bend to the wire", "&Edit", 5, (), "", _WIRES, context=frozenset({"wire"}), tip="Where the menu was asked for; bends are dragged, and Alt and a click on the wire sets or removes one"),
    Action("edit.straighten", "Remo&ve the bends of the wires", "&Edit", 5, (), "", _WIRES, context=frozenset({"wire"}), tip="The wires find their way around the blocks themselves again"),
    Action("edit.hide_wires", "Hide or show w&ires", "&Edit", 5, ("Ctrl+H",), "", _WIRES, context=frozenset({"wire"}), tip="Of a hidden wire only a piece at each end is drawn; it carries its tensor as before"),
)

_PAGES = (
    Action("page.add", "&Add a page", "&Page", 0, ("Ctrl+T",), "page_add", _DOC | {"editable"}),
    Action("page.rename", "&Rename the page…", "&Page", 0, ("Shift+F2",), "", _EDIT),
    Action("page.remove", "Re&move the page", "&Page", 0, (), "", _EDIT),
    Action("page.report", "Rep&ort of the import…", "&Page", 0, (), "", _PAGE, tip="What was read, repaired, replaced and kept aside when the page was imported"),
    Action("page.make", "Mak&e a page of the blocks…", "&Page", 1, ("Ctrl+G",), "fold", _BLOCKS, context=_BLOCK, tip="The selected blocks go to a page of their own, which stands in their place as one block"),
    Action("page.unpack", "&Unpack the page", "&Page", 1, ("Ctrl+Shift+G",), "", _EDIT | {"use"}, context=_BLOCK, tip="The blocks of the page come in the place of the selected block that stands for it"),
    Action("page.enter", "&Go inside", "&Page", 1, ("Ctrl+Return",), "", _PAGE | {"use"}, context=_BLOCK, tip="Show the page that the selected block stands for, with the values that it has there; a double click does the same"),
    Action("page.leave", "&Back out", "&Page", 1, ("Ctrl+Backspace",), "", _PAGE | {"inside"}, tip="Back to the page from which this one was entered"),
    Action("page.library", "Use a librar&y…", "&Page", 1, (), "", _DOC | {"editable"}, tip="The pages of another project, or those that ship with the program, as blocks"),
    Action("page.next", "&Next page", "&Page", 2, ("Ctrl+PgDown",), "", _PAGE),
    Action("page.previous", "&Previous page", "&Page", 2, ("Ctrl+PgUp",), "", _PAGE),
    Action("page.left", "Move page &left", "&Page", 3, ("Ctrl+Shift+PgUp",), "", _EDIT),
    Action("page.right", "Move page r&ight", "&Page", 3, ("Ctrl+Shift+PgDown",), "", _EDIT),
)

_ARRANGE = (
    Action("arrange.layout", "&Lay out automatically", "&Arrange", 0, ("Ctrl+Shift+F",), "layout", _EDIT, toolbar=True, context=_EMPTY, tip="Lays out the selected blocks, or the whole page"),
    Action("arrange.left", "Align le&ft", "&Arrange", 1, ("Ctrl+Alt+Left",), "align_left", _SEVERAL),
    Action("arrange.center", "Align &centres", "&Arrange", 1, (), "align_center", _SEVERAL),
    Action("arrange.right", "Align &right", "&Arrange", 1, ("Ctrl+Alt+Right",), "align_right", _SEVERAL),
    Action("arrange.top", "Align &top", "&Arrange", 2, ("Ctrl+Alt+Up",), "align_top", _SEVERAL),
    Action("arrange.middle", "Align &middles", "&Arrange", 2, (), "align_middle", _SEVERAL),
    Action("arrange.bottom", "Align &bottom", "&Arrange", 2, ("Ctrl+Alt+Down",), "align_bottom", _SEVERAL),
    Action("arrange.horizontal", "Distribute &horizontally", "&Arrange", 3, (), "distribute_h", _SEVERAL),
    Action("arrange.vertical", "Distribute &vertically", "&Arrange", 3, (), "distribute_v", _SEVERAL),
)

_VIEW = (
    Action("view.commands", "&Command palette…", "&View", 0, ("Ctrl+Shift+P",), "palette"),
    Action("view.palette", "Go to the &block palette", "&View", 0, ("Ctrl+Shift+A",), "", tip="Put the keyboard into the palette's filter"),
    Action("view.properties", "Go to the prop&erties", "&View", 0, ("Alt+Return",), "", context=_ITEM, tip="Put the keyboard into the first field of what is selected"),
    Action("view.next_panel", "Next &panel", "&View", 0, ("F6",), ""),
    Action("view.previous_panel", "Previous pa&nel", "&View", 0, ("Shift+F6",), ""),
    Action("view.zoom_in", "Zoom &in", "&View", 1, ("Ctrl++", "Ctrl+="), "zoom_in", _PAGE),
    Action("view.zoom_out", "Zoom &out", "&View", 1, ("Ctrl+-",), "zoom_out", _PAGE),
    Action("view.zoom_reset", "Zoom &1:1", "&View", 1, ("Ctrl+0",), "", _PAGE),
    Action("view.fit", "&Fit the page", "&View", 1, ("Ctrl+9",), "fit", _PAGE, toolbar=True, context=_EMPTY),
    Action("view.grid", "Show the &grid", "&View", 2, (), "grid", checkable=True),
    Action("view.snap", "&Snap to the grid", "&View", 2, (), "magnet", checkable=True),
    Action("view.minimap", "Show the mini&map", "&View", 2, ("Ctrl+M",), "map", checkable=True),
    Action("view.texts", "Show typed &texts on the page", "&View", 2, (), "", checkable=True, tip="In the row of each pin the text that was typed into it"),
    Action("view.types_on_wires", "Show t&ypes along wires", "&View", 2, ("Ctrl+Shift+T",), "", checkable=True, tip="Dtype and shape on each wire, as TensorFlow infers them without a run"),
    Action("view.colour_by_dtype", "Colour wires by &dtype", "&View", 2, ("Ctrl+Shift+D",), "", checkable=True, tip="With a legend; the colours differ for every kind of colour vision"),
    Action("view.compact", "Comp&act blocks", "&View", 3, (), "", _EDIT, checkable=True, tip="On this page, leave out the rows of Scope and of attrs that nobody has given"),
    Action("view.results", "Res&ults on blocks", "&View", 3, (), "", _EDIT, checkable=True, tip="On this page, show below each block what its first output gave in the last run"),
    Action("view.wide", "Blocks as wide as their texts", "&View", 3, (), "", _EDIT, checkable=True, tip="On this page, give the blocks the width that the texts in their rows need"),
    Action("view.collapse", "Collapse or e&xpand", "&View", 3, ("Ctrl+Shift+B",), "", _EDIT | {"collapsible"}, context=_BLOCK | {"frame"}, tip="Show the selected blocks and frames as titles, at whose edges the wires end"),
    Action("view.rows", "Fold or show unused rows", "&View", 3, (), "", _BLOCKS, context=_BLOCK, tip="Leave out the rows of Scope and of attrs that nobody has given, on the selected blocks"),
    Action("view.result", "S&how or hide the result on the block", "&View", 3, (), "", _BLOCKS, context=_BLOCK),
    Action("view.light", "&Light theme", "&View", 4, (), "theme", checkable=True),
    Action("view.classic", "Classic loo&k", "&View", 4, (), "", checkable=True, tip="The colours, outlines and arrows of enuSpace"),
    Action("view.reset", "&Reset the panels", "&View", 4, (), ""),
)

_ON_PAGE = "Show &on the page"
_RUN = (
    Action("run.run", "&Run", "&Run", 0, ("F5",), "run", _PAGE | {"idle"}, toolbar=True, tip="Run the page from its initial values, as many steps as its settings say"),
    Action("run.step", "&Step", "&Run", 0, ("F10",), "step", _PAGE | {"idle"}, toolbar=True, tip="Make one step more, exactly from where the last one ended"),
    Action("run.pause", "Pause", "&Run", 0, ("F9",), "pause", frozenset({"pausable"}), toolbar=True, tip="Bring the run to rest after its current step; nothing is lost"),
    Action("run.go", "C&ontinue", "&Run", 0, ("Shift+F9",), "go", _PAGE | {"continuable"}, toolbar=True, tip="Go on with the run that was paused, or make as many steps more as a run has"),
    Action("run.stop", "S&top", "&Run", 0, ("Shift+F5",), "stop", frozenset({"stoppable"}), toolbar=True, tip="End the run, whatever it waits for; the Variables handed over last are kept"),
    Action("run.restart", "Restart from the initial &values", "&Run", 0, ("Ctrl+Shift+F5",), "restart", _PAGE | {"running"}, toolbar=True, tip="End the run and begin it anew"),
    Action("run.here", "Run to here", "&Run", 1, ("Ctrl+F5",), "", _PAGE | {"blocks"}, context=_BLOCK, tip="Run once what the selected block or the output under the pointer needs, with the Variables as they are; nothing else runs"),
    Action("run.sweep", "Sweep…", "&Run", 1, (), "", _PAGE, context=_BLOCK, tip="Run the page many times with other values in the pins of the selected blocks, into a table"),
    Action("run.live", "Run as you type", "&Run", 1, (), "", checkable=True, tip="Run the page after each edit, as long as a run takes less than a second, has no errors, asks nothing and writes nothing"),
    Action("run.times", "Measure the time per block", "&Run", 1, (), "clock", checkable=True, tip="Show on the blocks and in a table where a step spends its time"),
    Action("run.snapshot", "&Keep the state as a snapshot", "&Run", 2, ("Ctrl+Shift+F9",), "snapshot", _EDIT, tip="Store the Variables' values under a name, with the project"),
    Action("run.reset", "R&eset the state", "&Run", 2, (), "", _PAGE | {"idle"}, tip="Forget the results and the Variables' values, so that the next step starts anew"),
    Action("run.table", "&Inspect the result", "&Run", 3, ("Ctrl+R",), "table", _PAGE | {"blocks"}, context=_BLOCK),
    Action("monitor.table", "Show as a ta&ble on the page", "&Run", 3, (), "", _BLOCKS, context=_BLOCK, submenu=_ON_PAGE),
    Action("monitor.number", "Show as a nu&mber on the page", "&Run", 3, (), "", _BLOCKS, context=_BLOCK, tip="Put a monitor near the block that shows one element in large figures", submenu=_ON_PAGE),
    Action("monitor.picture", "Show as a pict&ure on the page", "&Run", 3, (), "", _BLOCKS, context=_BLOCK, tip="Put a monitor near the block that draws the output's tensor as an image", submenu=_ON_PAGE),
    Action("monitor.curve", "Show as a &curve on the page", "&Run", 3, (), "", _BLOCKS, context=_BLOCK, tip="Put a monitor near the block that draws the output's elements over the steps of a run", submenu=_ON_PAGE),
    Action("monitor.histogram", "Show as a &histogram on the page", "&Run", 3, (), "", _BLOCKS, context=_BLOCK, tip="Put a monitor near the block that counts the output's values by ranges", submenu=_ON_PAGE),
    Action("monitor.text", "Show as te&xt on the page", "&Run", 3, (), "", _BLOCKS, context=_BLOCK, submenu=_ON_PAGE),
    Action("monitor.control", "Sho&w a control on the page", "&Run", 3, (), "", _BLOCKS, context=_BLOCK, tip="Put a slider, field or switch on the page that types into an unwired pin of the block", submenu=_ON_PAGE),
    Action("monitor.log", "&Logarithmic axis on or off", "&Run", 3, (), "", _SELECTION, context=frozenset({"curve"}), tip="For the selected curves", submenu=_ON_PAGE),
    Action("run.fix", "Fix a problem…", "&Run", 4, ("Ctrl+.",), "", _EDIT, tip="Choose a fix of the selected block's first problem, or of the page's"),
    Action("run.next_problem", "&Next problem", "&Run", 4, ("F8",), "problem", _PAGE),
    Action("run.previous_problem", "&Previous problem", "&Run", 4, ("Shift+F8",), "", _PAGE),
)

_HELP = (
    Action("help.here", "&Help", "&Help", 0, ("F1",), "help", tip="On the problem, block or panel that is chosen; else the manual"),
    Action("help.block", "Help on the selected &block", "&Help", 0, (), "", context=_BLOCK),
    Action("help.manual", "&Manual", "&Help", 0, (), "", tip="Show the manual beside the page"),
    Action("help.keys", "&Keys", "&Help", 0, (), ""),
    Action("help.about", "&About TensorBlocks", "&Help", 1, (), ""),
)

ACTIONS: tuple[Action, ...] = (*_FILE, *_EDITING, *_PAGES, *_ARRANGE, *_VIEW, *_RUN, *_HELP)
