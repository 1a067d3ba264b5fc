"""Every colour of the canvas and the window, as three themes; and the Qt palette and style sheet of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from app.editor.widgets.fonts import load_fonts
from blocks.assets import asset

if TYPE_CHECKING:
    from PySide6.QtGui import QPalette
    from PySide6.QtWidgets import QApplication

# Faces that are (or measure like) the original's Arial, then whatever the system has.
FONTS = (
    "Inter",  # ships with the program, see `app.editor.widgets.fonts`
    "Arial",
    "Liberation Sans",
    "Arimo",
    "Helvetica Neue",
    "Helvetica",
    "Nimbus Sans",
    "DejaVu Sans",
    "Sans Serif",
)
MONO_FONTS = (
    "Cascadia Mono",
    "Consolas",
    "SF Mono",
    "Menlo",
    "DejaVu Sans Mono",
    "Liberation Mono",
    "Monospace",
)


class Theme(msgspec.Struct, frozen=True, kw_only=True):
    """Colours as ``#rrggbb`` or ``#aarrggbb``: first of the canvas, then of the window around it."""

    name: str
    dark: bool
    classic: bool = False  # the look of enuSpace: heavy coloured outlines, bold texts, arrows
    wire_radius: float = 0.0  # page units of the corners of wires
    wire_curved: bool = False  # wires without bends swing from pin to pin

    # canvas
    canvas: str
    grid: str
    grid_major: str
    block_fill: str
    block_outline: str
    block_outline_unknown: str
    block_title: str
    block_note: str  # a block's own label, above it
    selection: str
    selection_fill: str
    focus: str
    label: str
    label_dim: str
    typed: str  # texts typed into pins
    chip: str  # behind them
    pin_input: str
    pin_input_rim: str
    pin_value: str
    pin_value_rim: str
    pin_scope: str
    pin_scope_rim: str
    pin_session_scope: str
    pin_output: str
    pin_output_rim: str
    pin_result: str
    pin_result_rim: str
    pin_feed: str
    pin_fetch: str
    pin_run: str
    session_label: str
    wire: str
    wire_hover: str
    wire_selected: str
    wire_refused: str
    wire_accepted: str
    wire_text: str  # types along wires
    type_float: str  # wires by dtype: the solid ones differ for every kind of colour vision (see the test)
    type_int: str
    type_uint: str
    type_bool: str
    type_string: str
    type_complex: str
    type_handle: str  # dashed
    type_operation: str  # dotted
    wire_unknown: str  # while it is not known what a wire carries
    status_waiting: str
    status_running: str
    status_done: str
    status_failed: str
    error: str
    warning: str
    note_text: str
    frame_fill: str
    frame_outline: str
    frame_title: str
    monitor_fill: str
    monitor_title_fill: str
    monitor_outline: str
    monitor_text: str
    bubble: str  # the small text at the cursor while a wire is pulled
    bubble_text: str

    # window
    window: str
    panel: str
    base: str  # behind editable text and lists
    alternate: str
    raised: str  # buttons, tabs, headers
    hover: str
    border: str
    text: str
    text_dim: str
    text_disabled: str
    accent: str
    accent_text: str
    link: str
    info: str


DARK = Theme(
    name="dark", dark=True,
    canvas="#26272a", grid="#2e3033", grid_major="#36383c",
    block_fill="#323438", block_outline="#5b5f66", block_outline_unknown="#9a9a9a",
    block_title="#ffffff", block_note="#9fc9b0",
    selection="#ffc940", selection_fill="#28ffc940", focus="#4fc3ff",
    label="#e6e4df", label_dim="#9b9da1", typed="#d3dbe3", chip="#222326",
    pin_input="#323438", pin_input_rim="#d3d6da", pin_value="#323438", pin_value_rim="#8d9197",
    pin_scope="#323438", pin_scope_rim="#8d9197", pin_session_scope="#323438",
    pin_output="#323438", pin_output_rim="#d3d6da", pin_result="#8d9197", pin_result_rim="#d3d6da",
    pin_feed="#323438", pin_fetch="#323438", pin_run="#323438", session_label="#e6e4df",
    wire="#c9883f", wire_hover="#f0b56a", wire_selected="#ffc940", wire_refused="#ff4b45",
    wire_accepted="#8acf57", wire_text="#c9b8a6",
    type_float="#8089ff", type_int="#ed8400", type_uint="#ecf28b", type_bool="#b07ab6", type_string="#1adbae",
    type_complex="#f04567", type_handle="#a0a0a0", type_operation="#e0e0e0",
    wire_unknown="#94979d",
    status_waiting="#8a8a8a", status_running="#3c8cff", status_done="#2fae60",
    status_failed="#e5352b", error="#ff6157", warning="#ffab1f",
    note_text="#b9d8c6", frame_fill="#14ffffff", frame_outline="#8a8a8a", frame_title="#b9d8c6",
    monitor_fill="#1f1f1f", monitor_title_fill="#383838", monitor_outline="#5a5a5a", monitor_text="#e6e3da",
    bubble="#f0f0f0", bubble_text="#202020",
    window="#2f3033", panel="#28292c", base="#202124", alternate="#26272a", raised="#3a3b3f", hover="#45474c",
    border="#17181a", text="#e4e2dc", text_dim="#a2a19c", text_disabled="#6d6d6a",
    accent="#1387c9", accent_text="#ffffff", link="#4fc3ff", info="#4fa3e3",
)  # fmt: skip

LIGHT = Theme(
    name="light", dark=False,
    canvas="#f6f5f1", grid="#eae8e2", grid_major="#dedbd3",
    block_fill="#ffffff", block_outline="#a9a59b", block_outline_unknown="#8d8d8d",
    block_title="#1f2328", block_note="#2c6b49",
    selection="#0a78d1", selection_fill="#220a78d1", focus="#0a78d1",
    label="#2b2a27", label_dim="#6f6d68", typed="#3d4650", chip="#eceae4",
    pin_input="#ffffff", pin_input_rim="#55585e", pin_value="#ffffff", pin_value_rim="#85888d",
    pin_scope="#ffffff", pin_scope_rim="#85888d", pin_session_scope="#ffffff",
    pin_output="#ffffff", pin_output_rim="#55585e", pin_result="#b6b9bd", pin_result_rim="#6d7075",
    pin_feed="#ffffff", pin_fetch="#ffffff", pin_run="#ffffff", session_label="#2b2a27",
    wire="#9a5a14", wire_hover="#bd6415", wire_selected="#e06c00", wire_refused="#d62b25",
    wire_accepted="#4b9a1d", wire_text="#6b4a2c",
    type_float="#032aba", type_int="#a87400", type_uint="#5b4700", type_bool="#d41b9e", type_string="#3d8f5a",
    type_complex="#691d33", type_handle="#7d7d7d", type_operation="#2b2a27",
    wire_unknown="#7a7872",
    status_waiting="#7d7d7d", status_running="#1f6fe0", status_done="#1f9a50",
    status_failed="#d0281f", error="#cc1d13", warning="#c77700",
    note_text="#2f5d45", frame_fill="#0c000000", frame_outline="#85827a", frame_title="#2f5d45",
    monitor_fill="#ffffff", monitor_title_fill="#e9e7e0", monitor_outline="#b9b6ac", monitor_text="#2b2a27",
    bubble="#2b2a27", bubble_text="#ffffff",
    window="#eceae5", panel="#f4f2ee", base="#ffffff", alternate="#f7f6f3", raised="#e2e0da", hover="#d6d3cb",
    border="#c3c0b7", text="#24231f", text_dim="#67655f", text_disabled="#a5a39c",
    accent="#0a78d1", accent_text="#ffffff", link="#0a63ad", info="#1f6fb0",
)  # fmt: skip

# The canvas of enuSpace in the window of the dark theme.
CLASSIC = replace(
    DARK,
    name="classic", classic=True, canvas="#2a2a2a", grid="#333333", grid_major="#3b3b3b", block_fill="#2a2a2a",
    block_outline="#ffbf28", block_title="#00aeee", block_note="#35b06a", selection="#ffffff",
    selection_fill="#30ffffff", label="#fffbf0", label_dim="#808080", typed="#9d9a8e", chip="#2a2a2a",
    pin_input="#ffff31", pin_input_rim="#ff1418", pin_value="#808080", pin_value_rim="#c80000",
    pin_scope="#000000", pin_scope_rim="#c80000", pin_session_scope="#ff00ff", pin_output="#8acf57",
    pin_output_rim="#ffffff", pin_result="#bebebe", pin_result_rim="#ffffff", pin_feed="#00b050",
    pin_fetch="#ffff00", pin_run="#00ffff", session_label="#00af54", wire="#8c4002", wire_hover="#c0600f",
    wire_selected="#ff8c28", type_float="#727dff", type_bool="#a067a6", type_complex="#e71d46", error="#ff3b30",
    note_text="#35b06a", frame_title="#35b06a",
)  # fmt: skip

THEMES = {theme.name: theme for theme in (DARK, LIGHT, CLASSIC)}


def theme_named(name: str) -> Theme:
    """Return the theme of that name; an unknown name gives the dark one, which is the default."""
    return THEMES.get(name, DARK)


def apply_theme(app: QApplication, theme: Theme, more: str = "") -> None:
    """Give the whole application the theme: Fusion style, palette and style sheet, with ``more`` rules at its end.

    Each change of the style and of the sheet visits every widget there is, so the sheet is set once. The style is set
    each time: to take only the sheet away before ends the program where Qt still styles a widget by that sheet. Qt
    holds all widgets while it visits them: what follows a change of the palette must not make any of them go.
    """
    app.setStyle("Fusion")
    if load_fonts() and app.font().families()[:1] != [FONTS[0]]:
        face = app.font()
        face.setFamilies([FONTS[0], *face.families()])
        app.setFont(face)
    app.setPalette(_palette(theme))
    app.setStyleSheet(style_sheet(theme) + more)


def _palette(theme: Theme) -> QPalette:
    """Return the QPalette of a theme."""
    from PySide6.QtGui import QColor, QPalette

    role, group = QPalette.ColorRole, QPalette.ColorGroup
    palette = QPalette()
    for which, colour in {
        role.Window: theme.window, role.WindowText: theme.text, role.Base: theme.base,
        role.AlternateBase: theme.alternate, role.Text: theme.text, role.Button: theme.raised,
        role.ButtonText: theme.text, role.BrightText: theme.error, role.Highlight: theme.accent,
        role.HighlightedText: theme.accent_text, role.ToolTipBase: theme.panel, role.ToolTipText: theme.text,
        role.PlaceholderText: theme.text_dim, role.Link: theme.link, role.LinkVisited: theme.link,
        role.Light: theme.hover, role.Midlight: theme.raised, role.Mid: theme.border, role.Dark: theme.border,
        role.Shadow: theme.border,
    }.items():  # fmt: skip
        palette.setColor(which, QColor(colour))
    for which in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(group.Disabled, which, QColor(theme.text_disabled))
    palette.setColor(group.Disabled, role.Highlight, QColor(theme.raised))
    return palette


def style_sheet(theme: Theme) -> str:
    """Return the style sheet: flat panels, thin borders, one accent colour."""
    return "".join(part(theme) for part in (_menus, _buttons, _fields, _controls, _frames))


def _menus(t: Theme) -> str:
    """Return the rules of tool tips, docks and menus."""
    return f"""
    QToolTip {{ background: {t.panel}; color: {t.text}; border: 1px solid {t.border}; padding: 4px 6px; }}
    QMainWindow::separator {{ background: {t.border}; width: 3px; height: 3px; }}
    QMainWindow::separator:hover {{ background: {t.accent}; }}
    QDockWidget {{ color: {t.text}; titlebar-close-icon: none; }}
    QDockWidget::title {{ background: {t.raised}; padding: 5px 8px; }}
    QMenuBar {{ background: {t.window}; }}
    QMenuBar::item {{ padding: 4px 9px; background: transparent; }}
    QMenuBar::item:selected {{ background: {t.hover}; }}
    QMenu {{ background: {t.panel}; border: 1px solid {t.border}; padding: 4px 0; }}
    QMenu::item {{ padding: 5px 26px 5px 28px; }}
    QMenu::icon, QMenu::indicator {{ left: 7px; }}
    QMenu::item:selected {{ background: {t.accent}; color: {t.accent_text}; }}
    QMenu::item:disabled {{ color: {t.text_disabled}; background: transparent; }}
    QMenu::separator {{ height: 1px; background: {t.border}; margin: 4px 8px; }}
    """


def _buttons(t: Theme) -> str:
    """Return the rules of tool bars and buttons."""
    return f"""
    QToolBar {{ background: {t.window}; border: none; border-bottom: 1px solid {t.border};
        padding: 3px; spacing: 2px; }}
    QToolBar::separator {{ background: {t.border}; width: 1px; margin: 4px 5px; }}
    QToolButton {{ background: transparent; border: 1px solid transparent; border-radius: 4px;
        padding: 4px 6px; }}
    QToolButton:hover {{ background: {t.hover}; }}
    QToolButton:pressed, QToolButton:checked {{ background: {t.raised}; border-color: {t.border}; }}
    QToolButton:disabled {{ color: {t.text_disabled}; }}
    #qt_toolbar_ext_button {{ padding: 0; border: none; }}
    QPushButton {{ background: {t.raised}; border: 1px solid {t.border}; border-radius: 4px;
        padding: 5px 14px; }}
    QPushButton:hover {{ background: {t.hover}; }}
    QPushButton:default {{ border-color: {t.accent}; }}
    QPushButton:disabled {{ color: {t.text_disabled}; }}
    """


def _fields(t: Theme) -> str:
    """Return the rules of fields, lists and tables."""
    return f"""
    QLineEdit, QPlainTextEdit, QTextEdit, QSpinBox, QDoubleSpinBox, QComboBox {{
        background: {t.base}; color: {t.text}; border: 1px solid {t.border}; border-radius: 3px;
        padding: 3px 5px; selection-background-color: {t.accent}; selection-color: {t.accent_text}; }}
    QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus,
    QComboBox:focus {{ border-color: {t.accent}; }}
    QComboBox QAbstractItemView {{ background: {t.panel}; border: 1px solid {t.border}; }}
    QTreeView, QListView, QTableView {{
        background: {t.base}; alternate-background-color: {t.alternate}; border: 1px solid {t.border};
        selection-background-color: {t.accent}; selection-color: {t.accent_text}; outline: 0; }}
    QTreeView::item, QListView::item {{ padding: 2px 2px; }}
    QTreeView::item:hover, QListView::item:hover {{ background: {t.raised}; }}
    QTreeView::item:selected, QListView::item:selected {{ background: {t.accent}; color: {t.accent_text}; }}
    QHeaderView::section {{ background: {t.raised}; color: {t.text}; border: none;
        border-right: 1px solid {t.border}; border-bottom: 1px solid {t.border}; padding: 4px 6px; }}
    """


def _controls(t: Theme) -> str:
    """Return the rules of ticks, spin boxes and drop-downs: signs that show on the ground of either theme."""
    up, down = (_sign(f"{name}_{'dark' if t.dark else 'light'}") for name in ("up", "down"))
    return f"""
    QCheckBox {{ spacing: 6px; }}
    QCheckBox::indicator, QTreeView::indicator, QListView::indicator {{
        width: 13px; height: 13px; border: 1px solid {t.text_dim}; border-radius: 3px; background: {t.base}; }}
    QCheckBox::indicator:checked, QTreeView::indicator:checked, QListView::indicator:checked {{
        background: {t.accent}; border-color: {t.accent}; image: {_sign("tick")}; }}
    QCheckBox::indicator:indeterminate, QTreeView::indicator:indeterminate {{
        background: {t.accent}; border-color: {t.accent}; image: {_sign("part")}; }}
    QCheckBox::indicator:disabled {{ border-color: {t.text_disabled}; }}
    QCheckBox::indicator:checked:disabled {{ background: {t.text_disabled}; }}
    QCheckBox::indicator:hover, QCheckBox::indicator:focus {{ border-color: {t.accent}; }}
    QCheckBox:focus {{ color: {t.link}; }}
    QToolButton:focus, QPushButton:focus {{ border-color: {t.accent}; }}
    QSpinBox, QDoubleSpinBox {{ padding-right: 18px; }}
    QSpinBox::up-button, QDoubleSpinBox::up-button {{ subcontrol-origin: border; subcontrol-position: top right;
        width: 17px; border: none; border-left: 1px solid {t.border}; background: {t.raised}; }}
    QSpinBox::down-button, QDoubleSpinBox::down-button {{ subcontrol-origin: border;
        subcontrol-position: bottom right; width: 17px; border: none; border-left: 1px solid {t.border};
        background: {t.raised}; }}
    QSpinBox::up-button:hover, QSpinBox::down-button:hover, QDoubleSpinBox::up-button:hover,
    QDoubleSpinBox::down-button:hover {{ background: {t.hover}; }}
    QSpinBox::up-arrow, QDoubleSpinBox::up-arrow {{ image: {up}; width: 9px; height: 9px; }}
    QSpinBox::down-arrow, QDoubleSpinBox::down-arrow {{ image: {down}; width: 9px; height: 9px; }}
    QComboBox::drop-down {{ subcontrol-origin: border; subcontrol-position: center right; width: 18px; border: none; }}
    QComboBox::down-arrow {{ image: {down}; width: 11px; height: 11px; }}
    """


def _sign(name: str) -> str:
    """Return a sign of ``assets/icons/controls`` as a style sheet names it."""
    return f'url("{asset("icons", "controls", name + ".svg").as_posix()}")'


def _frames(t: Theme) -> str:
    """Return the rules of tabs, scroll bars and what shows progress."""
    return f"""
    QTabWidget::pane {{ border: none; }}
    QTabBar {{ background: {t.window}; }}
    QTabBar::tab {{ background: {t.window}; color: {t.text_dim}; padding: 6px 14px; border: none;
        border-right: 1px solid {t.border}; }}
    QTabBar::tab:selected {{ background: {t.panel}; color: {t.text}; border-top: 2px solid {t.accent}; }}
    QTabBar::tab:hover:!selected {{ background: {t.hover}; color: {t.text}; }}
    QStatusBar {{ background: {t.window}; border-top: 1px solid {t.border}; color: {t.text_dim}; }}
    QStatusBar::item {{ border: none; }}
    QScrollBar:vertical {{ background: transparent; width: 11px; margin: 0; }}
    QScrollBar:horizontal {{ background: transparent; height: 11px; margin: 0; }}
    QScrollBar::handle {{ background: {t.hover}; border-radius: 4px; min-height: 26px;
        min-width: 26px; margin: 2px; }}
    QScrollBar::handle:hover {{ background: {t.text_disabled}; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
    QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
    QProgressBar {{ background: {t.base}; border: 1px solid {t.border}; border-radius: 3px;
        text-align: center; }}
    QProgressBar::chunk {{ background: {t.accent}; border-radius: 2px; }}
    QSplitter::handle {{ background: {t.border}; }}
    """
