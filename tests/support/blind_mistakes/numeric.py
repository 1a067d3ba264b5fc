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
    one("a power that grows", "ApplyFtrlV2", "lr_power", "up 0", "0.5", also={"w": late("{1f,2f}"), "a": late("{0.1f,0.1f}"), "l": late("{0f,0f}")}, wires="w.ref -> c.var\na.ref -> c.accum\nl.ref -> c.linear", grad="{1f,1f}", lr="0.1", l1="0", l2="0", l2_shrinkage="0", lr_power="0.5"),
    one("no correction of the first step", "ApplyAdam", "beta1_power", "below 1", "1", also={"w": late("{1f,2f}"), "m": late("{0f,0f}"), "v": late("{0f,0f}"), "b": late("1f")}, wires="w.ref -> c.var\nm.ref -> c.m\nv.ref -> c.v\nb.ref -> c.beta1_power", beta2_power="0.999", lr="0.1", beta1="0.9", beta2="0.999", epsilon="1e-8", grad="{1f,1f}"),
    one("a share above the whole", "ApplyRMSProp", "rho", "below 1", "9", also={"w": late("{1f,2f}"), "m": late("{0f,0f}"), "v": late("{0f,0f}")}, wires="w.ref -> c.var\nm.ref -> c.ms\nv.ref -> c.mom", lr="0.1", rho="9", momentum="0", epsilon="1e-8", grad="{1f,1f}"),
    one("row behind the last one", "InplaceUpdate", "i", "0 1", "2", also={"n": late("{2}")}, wires="n.ref -> c.i", x="{{1f},{2f}}", v="{{9f}}"),
    one("row before the first one", "InplaceAdd", "i", "0 1", "-3", x="{{1f},{2f}}", i="{-3}", v="{{9f}}"),
    one("gradient of other channels", "ResizeBilinearGrad", "original_image", "3]", "1]", grads=filled(1, 4, 4, 3), original_image=filled(1, 2, 2, 1)),
    one("gradient of other pictures", "ResizeBicubicGrad", "original_image", "[1,", "[2,", grads=filled(1, 4, 4, 3), original_image=filled(2, 2, 2, 3)),
    one("a mean that does not count", "FusedBatchNormV3", "mean", "training", "[2]", x=filled(1, 2, 2, 2), scale="{1f,1f}", offset="{0f,0f}", mean="{5f,5f}", variance="{1f,1f}"),
    one("gradient of fewer cubes", "AvgPool3DGrad", "grad|orig_input_shape", "2", "1]", also={"s": late("{1,4,4,4,1}")}, wires="s.ref -> c.orig_input_shape", grad=filled(1, 1, 1, 1, 1), ksize="{1,2,2,2,1}", strides="{1,2,2,2,1}", padding="VALID"),
    one("gradient of fewer windows", "AvgPoolGrad", "grad|orig_input_shape", "2", "1]", orig_input_shape="{1,4,4,1}", grad=filled(1, 1, 1, 1), ksize="{1,2,2,1}", strides="{1,2,2,1}", padding="SAME"),
    one("rows of unlike lengths", "DynamicStitch", "data", "2]", "3]", indices="{0,2},{1}", data="{{1f,1f},{2f,2f}},{{3f,3f,3f}}"),
    page("a result of another shape", {"v": late("{1f,2f}"), "c": ("MapDefun", {"output_types": "DT_FLOAT", "output_shapes": "{{2}}", "f": "double"})}, "v.ref -> c.arguments", "c.output_shapes", "scalar", "[2]", beside={"double": ({"x": "Argument", "n": "Add", "y": "Result"}, "x.output -> n.x\nx.output -> n.y\nn.z -> y.input")}),
    one("label that is no side", "SdcaOptimizerV2", "example_labels", "0 1", "2", also={"d": ("Const", {"val": "{{1f}}"})}, wires="d.output -> c.dense_features\nd.output -> c.dense_weights", example_weights="{1f}", example_labels="{2f}", example_state_data="{{0f,0f,0f,0f}}", loss_type="logistic_loss", l1="0", l2="1", num_loss_partitions="1", num_inner_iterations="1"),
    one("an average over channels", "AvgPoolGrad", "ksize|strides", "1 channels", "1,1,1,2", orig_input_shape="{1,2,2,4}", grad=filled(1, 2, 2, 2), ksize="{1,1,1,2}", strides="{1,1,1,2}", padding="VALID"),
]
