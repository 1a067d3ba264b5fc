"""What is wrong with a page and which types it has: file, plan, types and run joined once, with the fixes.

Imports the compiler, inference and the document's fixes. The command line and the window show what it gives; the
worker tries fixes by it.
"""
