"""What TensorFlow's op registry does not say of ops: the only place for such facts, one table a module.

Imports nothing but `blocks`. The document and the engine ask it; the editor asks what broadcasts and what a session
holds.

- `input_shapes`, evaluated by `shape_rules`: which shapes ops require of their inputs
- `shape_functions`: what TensorFlow computes while it finds shapes, and must not
- `index_arguments`, `output_sizes`, `window_sizes`, `attr_values`, `fatal_inputs`: which values ops take
- `traits`: which ops wait, write through references, make up loops, hold a state
- `fillers`: what fills the queues, stages, barriers and accumulators on which ops wait
- `side_effects`, `harmless_ops`: files, network, process, Python, and which texts say where
- `passed_strings`, `delimiters`, `dtype_pins`, `conversions`: what becomes of texts and dtypes
- `encodings`, `file_readers`: which bytes ops decode, and how they cut up files
- `python_names`: which public function of Python is which op, and what it calls the arguments
- `siblings`, `successors`: which op takes what another of its purpose refuses, or has taken its place
- `resource_forms`: which op does with a resource variable what another does with a reference

`tests/blocks/op_facts` tries each table against the installed TensorFlow.
"""
