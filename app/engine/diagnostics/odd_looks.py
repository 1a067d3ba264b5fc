"""All looks at what ops take without an error though what they make of it is not what one expects."""

from __future__ import annotations

from app.engine.diagnostics.odd_boxes import BOX_LOOKS
from app.engine.diagnostics.odd_inputs import INPUT_LOOKS
from app.engine.diagnostics.odd_matrices import MATRIX_LOOKS
from app.engine.diagnostics.odd_numbers import NUMBER_LOOKS, Look
from app.engine.diagnostics.odd_order import ORDER_LOOKS
from app.engine.diagnostics.odd_pooling import POOLING_LOOKS
from app.engine.diagnostics.odd_ranges import RANGE_LOOKS
from app.engine.diagnostics.odd_rewrites import REWRITE_LOOKS
from app.engine.diagnostics.odd_training import TRAINING_LOOKS

LOOKS: dict[str, Look] = {
    **NUMBER_LOOKS,
    **BOX_LOOKS,
    **REWRITE_LOOKS,
    **ORDER_LOOKS,
    **INPUT_LOOKS,
    **TRAINING_LOOKS,
    **MATRIX_LOOKS,
    **RANGE_LOOKS,
    **POOLING_LOOKS,
}
