"""What a diagram is: model, edits, files and structure checks (no Qt, no TensorFlow)."""
