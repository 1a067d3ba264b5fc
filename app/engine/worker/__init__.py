"""The worker's side: its loop, the steps of a run, what it watches; TensorFlow itself is in `app.engine.tf`.

Imports `ipc`, values, diagnostics and the compiler. Runs in a process that may be killed at any moment.
"""
