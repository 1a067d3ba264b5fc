"""What a diagram is: projects, pages, blocks, wires, ids, conditions and problems, as plain data.

Imports `blocks` only. Every other package of the document builds on it; nothing here reads a file or changes a page.
"""
