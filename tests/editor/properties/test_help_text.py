"""TensorFlow's help fits a narrow panel: paragraphs are joined, entries and code keep their lines."""

from app.editor.properties.help_text import reflowed


def test_paragraphs_and_entries_are_joined_and_code_stays() -> None:
    text = (
        "First line\nsecond line.\n\nArgs:\n  x: A `Tensor` of\n    some type.\n  y: Another.\n\n"
        "```python\na = 1\nb = 2\n```\n\n>>> c = 3\n>>> d\n"
    )
    assert reflowed(text).split("\n") == [
        "First line second line.", "", "Args:", "x: A Tensor of some type.", "y: Another.", "",
        "a = 1", "b = 2", "", ">>> c = 3", ">>> d",
    ]  # fmt: skip
