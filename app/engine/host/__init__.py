"""Our side of the worker: starts it, sends requests, watches it, says how it ended.

Imports `ipc`, values and the compiler. The command line and the editor hold an `engine.Engine`.
"""
