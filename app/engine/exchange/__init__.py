"""Models in and out, without TensorFlow: a graph as plain data, and the pages that it becomes."""
