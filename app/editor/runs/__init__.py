"""A run as the window sees it: started, paused, stepped, and what it leaves.

The runner belongs to the window's thread and has a job for each run, in a thread of its own, which meets the engine
through its protocol and reports back. Imports the engine's protocol and what curves watch; controllers steer it.
"""
