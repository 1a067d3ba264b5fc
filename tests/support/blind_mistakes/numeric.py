"""Mistakes with transforms, pooled pictures, samples and quantized numbers; what an op takes in silence counts, too."""

# fmt: off
from __future__ import annotations

from tests.support.blind_mistakes.row import filled, late, one, page

_QUANTIZED = {"input": "{1f,2f}", "scales": "0.1", "zero_points": "0", "Tout": "DT_QINT8"}
_ENDS = {"quantization_min_val": "-128", "quantization_max_val": "127"}
_CONVOLVED = {
    **{f"{part}_scales": "1f" for part in ("lhs", "rhs", "output")},
    **{f"{part}_zero_points": "0" for part in ("lhs", "rhs", "output")},
    **{f"{part}_{end}": value for part in ("lhs", "rhs", "output") for end, value in _ENDS.items()},
}

NUMERIC = [
    one("row shorter than its transform", "RFFT", "input", "8 fft_length", "5", also={"v": late("{1f,2f,3f,4f,5f}"), "n": late("{8}")}, wires="v.ref -> c.input\nn.ref -> c.fft_length"),
    one("half a spectrum too short", "IRFFT2D", "input", "5 {4,8}", "3", also={"n": late("{4,8}")}, wires="n.ref -> c.fft_length", input="{{1+0j,1j,2+0j},{1+0j,1j,2+0j},{1+0j,1j,2+0j},{1+0j,1j,2+0j}}"),
    page("rows and columns exchanged", {"v": ("RandomUniform", {"shape": "{1,8,6,1}", "dtype": "DT_FLOAT"}), "p": ("FractionalAvgPool", {"pooling_ratio": "{1.0,1.5,1.3,1.0}"}), "s": ("Shape", {"attrs": "out_type_ = DT_INT64;"}), "c": "FractionalAvgPoolGrad"}, "v.output -> p.value\nv.output -> s.input\ns.output -> c.orig_input_tensor_shape\np.output -> c.out_backprop\np.col_pooling_sequence -> c.row_pooling_sequence\np.row_pooling_sequence -> c.col_pooling_sequence", "c.row_pooling_sequence|col_pooling_sequence", "6 out_backprop", "5"),
    one("no centre at all", "KmeansPlusPlusInitialization", "num_to_sample", "above/1", "0", also={"n": ("Variable", {"dtype": "DT_INT64", "initvalues": "0"})}, wires="n.ref -> c.num_to_sample", points="{{0f,0f},{1f,1f}}", seed="3", num_retries_per_sample="2"),
    one("rows by their lengths", "RaggedTensorToTensor", "row_partition_types", "ROW_SPLITS", "ROW_LENGTHS", shape="{-1,-1}", values="{1f,2f,3f}", default_value="0f", row_partition_tensors="{2,1}", row_partition_types="ROW_LENGTHS"),
    page("padding of another word", {"q": ("UniformQuantize", {**_QUANTIZED, "input": filled(1, 1, 2, 2), **_ENDS}), "c": ("UniformQuantizedConvolution", {"padding": "full", "Tout": "DT_QINT32", **_CONVOLVED})}, "q.output -> c.lhs\nq.output -> c.rhs", "c.padding", "SAME VALID", "full"),
    one("bytes without a sign", "UniformQuantize", "quantization_max_val", "127", "255", quantization_min_val="-128", quantization_max_val="255", **_QUANTIZED),
    one("ends exchanged", "UniformQuantize", "quantization_max_val", "above 127", "-128", quantization_min_val="127", quantization_max_val="-128", **_QUANTIZED),
    one("zero beyond the ends", "UniformQuantize", "zero_points", "127", "300", quantization_min_val="-128", quantization_max_val="127", **{**_QUANTIZED, "zero_points": "300"}),
]
