"""The tokens of the nodes that watch rounds (`rounds`), until the worker puts its own in their place."""

BEGIN, NOTE, GIVE = "tensorblocks.begin_rounds", "tensorblocks.note_round", "tensorblocks.give_rounds"
TOKENS = frozenset({BEGIN, NOTE, GIVE})
