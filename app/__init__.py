"""TensorBlocks: draw a TensorFlow graph out of blocks, run it, and see every tensor."""
