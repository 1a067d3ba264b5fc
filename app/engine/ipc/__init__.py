"""What passes between our process and the worker: the channel, messages, requests, the progress board, the watchdog.

Imports values, the compiler's plan and what inference gives. Both `host` and `worker` speak through it; `handlers` is
the one place that names code inside the worker.
"""
