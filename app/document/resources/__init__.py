"""The files that texts name: which texts name one and what for, where it is looked for, and which blocks write.

Imports the model, the literals and `blocks.op_facts.side_effects`. The checks, the enuSpace reader and the editor's
question before a run ask it; a run itself looks for the files of its page by it.
"""
