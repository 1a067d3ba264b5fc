"""Which blocks exist, as data: symbols, pins and the TensorFlow ops behind them, and what is known of these ops.

Imports nothing of the program, no Qt, no TensorFlow, no NumPy; everything else imports it. A run asks it for the
signature of each block's op while the plan is made. `catalog` reads the shipped snapshot, which
`app.engine.tf.op_registry` makes of TensorFlow's registry and the `tables` by `declare` and `derive`; `op_facts` says
what the registry does not.
"""
