"""What a run gives: tensors, snapshots and faults, with their forms as JSON, `.npz` and text.

Imports the compiler's plan and the document. The worker fills it, the command line and the editor read it.
"""
