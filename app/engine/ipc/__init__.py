"""What passes between our process and the worker: messages, the progress board, the watchdog.

Imports values and the compiler's plan. Both `host` and `worker` speak through it.
"""
