"""The files that texts name: which texts name one and what for, where it is looked for, and which blocks write.

And the arrays beside a project: which files it may name, and what their archives hold. Imports the model, the
literals, the storage and `blocks.op_facts.side_effects`. The checks, the enuSpace reader, the engine and the editor's
question before a run ask it; a run itself looks for the files of its page by it.
"""
