"""The canvas: a page of the document, drawn and edited through NodeGraphQt."""
