"""A cluster of TensorFlow's own: its jobs and addresses, the file that says them, and what its tasks say to each other.

No TensorFlow and no sockets here.
"""
