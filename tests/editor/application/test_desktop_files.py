"""The files for the desktop are well-formed and belong together: entry, MIME type and icon."""

import configparser
import xml.etree.ElementTree as ET

from PySide6.QtGui import QImage

from app.editor.widgets.icons import program_icon
from blocks.assets import asset

_NS = "{http://www.freedesktop.org/standards/shared-mime-info}"


def test_the_entry_opens_files_of_the_mime_type() -> None:
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(asset("desktop", "tensorblocks.desktop"))
    entry = parser["Desktop Entry"]
    assert entry["Exec"] == "tensorblocks edit %f"
    mime = ET.parse(asset("desktop", "tensorblocks.xml")).getroot().find(f"{_NS}mime-type")
    assert mime is not None
    assert entry["MimeType"] == mime.attrib["type"] + ";"
    assert mime.find(f"{_NS}glob").attrib["pattern"] == "*.tblocks"  # type: ignore[union-attr]
    assert asset("icons", f"{entry['Icon']}.svg").is_file()


def test_the_icon_has_the_colours_of_a_block_at_any_size(qapp: object) -> None:
    for size in (64, 256):
        image: QImage = program_icon().pixmap(size, size).toImage()
        colours = {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}
        assert "#ffbf28" in colours, size
