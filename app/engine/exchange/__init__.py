"""Models in and out, without TensorFlow: a graph as plain data, the pages that it becomes; pages as Python."""
