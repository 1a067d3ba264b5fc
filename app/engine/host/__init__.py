"""Our side of the worker: starts it, sends requests, watches it, says how it ended.

Imports `ipc`, values, inference's results, diagnostics and the compiler's plan. The command line and the editor hold an
`interface.EngineInterface`, which `engine.Engine` and the fakes of the tests meet.
"""
