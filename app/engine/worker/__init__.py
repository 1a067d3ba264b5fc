"""The worker's side: its loop, the steps of a run, what it watches; TensorFlow itself is in `app.engine.tf`.

Imports `ipc`, values and the compiler's plan; knows TensorFlow only as a `session.Session`. Runs in a process that may
be killed at any moment.
"""
