"""The running program: its start, its windows, what a crash has left, the Qt libraries that it needs.

Imports the window and everything below. Nothing imports it but the command line.
"""
