"""Measured comparisons with goals: ours beside the same work done by hand, by TensorFlow or by stock NodeGraphQt."""
