"""The messages of TensorFlow's kernels and shape functions, each with the argument or attr that is at fault."""

from __future__ import annotations

from app.engine.diagnostics.complaint import Complaint
from app.engine.diagnostics.complaints_common import COMMON_COMPLAINTS
from app.engine.diagnostics.complaints_data import DATA_COMPLAINTS
from app.engine.diagnostics.complaints_drawing import DRAWING_COMPLAINTS
from app.engine.diagnostics.complaints_equations import EQUATION_COMPLAINTS
from app.engine.diagnostics.complaints_matrices import MATRIX_COMPLAINTS
from app.engine.diagnostics.complaints_networks import NETWORK_COMPLAINTS
from app.engine.diagnostics.complaints_numbers import NUMBER_COMPLAINTS
from app.engine.diagnostics.complaints_pictures import PICTURE_COMPLAINTS
from app.engine.diagnostics.complaints_quantized import QUANTIZED_COMPLAINTS
from app.engine.diagnostics.complaints_records import RECORD_COMPLAINTS
from app.engine.diagnostics.complaints_sparse import SPARSE_COMPLAINTS
from app.engine.diagnostics.complaints_state import STATE_COMPLAINTS
from app.engine.diagnostics.complaints_stored import STORED_COMPLAINTS
from app.engine.diagnostics.complaints_texts import TEXT_COMPLAINTS

# The first that fits counts.
COMPLAINTS: tuple[Complaint, ...] = (
    *STORED_COMPLAINTS,
    *RECORD_COMPLAINTS,
    *MATRIX_COMPLAINTS,
    *EQUATION_COMPLAINTS,
    *NUMBER_COMPLAINTS,
    *DRAWING_COMPLAINTS,
    *QUANTIZED_COMPLAINTS,
    *NETWORK_COMPLAINTS,
    *STATE_COMPLAINTS,
    *DATA_COMPLAINTS,
    *SPARSE_COMPLAINTS,
    *TEXT_COMPLAINTS,
    *PICTURE_COMPLAINTS,
    *COMMON_COMPLAINTS,
)
