"""The style of the window's own parts, added to the theme's sheet: start page, fields, docks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.editor.widgets import icons
from app.editor.widgets.theme import Theme, apply_theme

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication


def dress(app: QApplication, theme: Theme) -> None:
    """Give the whole program the theme: palette, style sheet and icon colours."""
    icons.set_tint(theme.text, theme.text_disabled)
    apply_theme(app, theme, _window_sheet(theme))


def _window_sheet(t: Theme) -> str:
    return f"""
    #emptyState {{ color: {t.text_dim}; background: {t.base}; padding: 12px; }}
    #faint {{ color: {t.text_dim}; }}
    #wrongNote {{ color: {t.error}; }}
    #faint:disabled, #wrongNote:disabled {{ color: {t.text_disabled}; }}
    #startPage, #startBody {{ background: {t.base}; }}
    #startTitle {{ font-size: 24px; font-weight: 600; }}
    #startHeading {{ font-size: 14px; font-weight: 600; color: {t.text_dim}; }}
    #sampleTitle {{ font-size: 13px; font-weight: 600; }}
    QToolButton#sampleCard {{ padding: 0; border: 1px solid {t.border}; border-radius: 6px; }}
    QToolButton#sampleCard:hover, QToolButton#sampleCard:focus {{ background: {t.raised}; border-color: {t.accent}; }}
    #dockTitle {{ background: {t.raised}; }}
    QCommandLinkButton {{ text-align: left; background: transparent; color: {t.text};
        border: 1px solid transparent; border-radius: 5px; padding: 6px;
        font-size: 13px; font-weight: 500; }}
    QCommandLinkButton:hover, QCommandLinkButton:focus {{ background: {t.raised}; border-color: {t.border}; }}
    #sectionHead {{ color: {t.text_dim}; font-weight: 600; padding-top: 8px;
        border-bottom: 1px solid {t.border}; }}
    QMessageBox #qt_msgbox_label {{ font-weight: 600; min-width: 380px; }}
    QMessageBox #qt_msgbox_informativelabel {{ min-width: 380px; }}
    #blockTitle {{ font-size: 15px; font-weight: 600; color: {t.block_title}; }}
    #propertiesBody {{ background: {t.panel}; }}
    TextField[wrong="true"], ChoiceField[wrong="true"] {{ border: 1px solid {t.error}; }}
    TextField:focus, ChoiceField:focus {{ border: 1px solid {t.accent}; }}
    TextField[wrong="true"]:focus, ChoiceField[wrong="true"]:focus {{ border: 2px solid {t.error}; padding: 2px 4px; }}
    QToolButton#link {{ color: {t.link}; padding: 2px 4px; text-align: left; }}
    QToolButton#small {{ padding: 1px 2px; }}
    QTreeView, QListView, QTableView, QPlainTextEdit {{ border: none; }}
    #manualPage, #manualPage:focus {{ border: none; border-radius: 0; padding: 0; }}
    #helpView, #helpView:focus {{ background: transparent; border: none; padding: 0; }}
    TextField {{ border: 1px solid {t.border}; }}
    #commandPalette {{ background: {t.panel}; border: 1px solid {t.border}; border-radius: 6px; }}
    #commandPalette QTreeView {{ background: {t.panel}; }}
    #banner {{ background: {t.raised}; border-bottom: 1px solid {t.border}; }}
    #resultWindow {{ background: {t.panel}; }}
    QLabel#statusProblems[state="error"] {{ color: {t.error}; }}
    QLabel#statusProblems[state="warning"] {{ color: {t.warning}; }}
    QLabel#statusRun[state="running"] {{ color: {t.status_running}; }}
    QLabel#statusRun[state="done"] {{ color: {t.status_done}; }}
    QLabel#statusRun[state="failed"] {{ color: {t.status_failed}; }}
    """
