"""The way that a wire takes between two pins: orthogonal, around blocks where it must.

Plain geometry over points and boxes, without Qt; imports nothing of ours.
"""
