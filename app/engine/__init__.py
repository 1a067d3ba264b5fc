"""How a page runs: plan, graph, session and the worker process (TensorFlow only inside the worker)."""
