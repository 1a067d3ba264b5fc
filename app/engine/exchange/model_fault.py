"""Why a model file is not read: with the code of the problem that a person sees."""

from __future__ import annotations

from app.document.model.sentence import Explained, Sentence


class ModelFault(Explained):
    """A model file cannot be read, or is not: ``code`` is ``bad-file`` for one that is damaged or of no known form."""

    def __init__(self, sentence: Sentence, code: str = "bad-file") -> None:
        """Take the sentence, which says what is wrong with the file."""
        super().__init__(sentence)
        self.code = code


class ModelRefused(ModelFault):
    """A model file holds or names what could run code, or lead to another file; it is not given to any library."""

    def __init__(self, sentence: Sentence) -> None:
        """Take the sentence, which names the place in the file."""
        super().__init__(sentence, "refused-model")
