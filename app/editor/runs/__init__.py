"""A run as the window sees it: started, paused, stepped, its state kept.

Imports the engine's protocol; the controllers steer it and results store what it gives.
"""
