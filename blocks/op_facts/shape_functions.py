"""What TensorFlow computes while it finds shapes: which inputs' values it reads, and which ops it must not run there.

A shape function may ask for the value of an input, as Reshape does for its ``shape``, and TensorFlow then computes it
where it is constant, running the ops before it. An op that is not listed in ``VALUES_READ`` is taken to read all its
inputs, so a missing line costs time only. A test compares each line with the installed TensorFlow.
"""

from __future__ import annotations

_NO_VALUE = """
    Abs Acos Acosh Angle Asin Asinh Atan Atanh Bitcast Cast Ceil CheckNumerics ComplexAbs Conj Cos Cosh DeepCopy Digamma
    Elu Erf Erfc Exp Expm1 Floor Identity Imag Inv Invert IsFinite IsInf IsNan Lgamma Log Log1p LogSoftmax LogicalNot
    Neg OnesLike PreventGradient Real Reciprocal Relu Relu6 Rint Round Rsqrt Selu Sigmoid Sign Sin Sinh Softmax Softplus
    Softsign Sqrt Square StopGradient Tan Tanh ZerosLike
    Add AddV2 Atan2 BitwiseAnd BitwiseOr BitwiseXor Complex Div DivNoNan Equal FloorDiv FloorMod Greater GreaterEqual
    Igamma Igammac Less LessEqual LogicalAnd LogicalOr Maximum Minimum Mod Mul MulNoNan NotEqual Polygamma Pow RealDiv
    SquaredDifference Sub TruncateDiv TruncateMod Zeta
    EluGrad InvGrad ReciprocalGrad Relu6Grad ReluGrad RsqrtGrad SeluGrad SigmoidGrad SoftplusGrad SoftsignGrad SqrtGrad
    TanhGrad BiasAddGrad L2Loss
    AddN BatchMatMul BatchMatMulV2 BiasAdd BiasAddV1 MatMul EnsureShape Rank Shape Size Squeeze Pack Select SelectV2
    Where SoftmaxCrossEntropyWithLogits SparseSoftmaxCrossEntropyWithLogits InTopK
    AvgPool AvgPool3D Conv2D Conv3D DepthwiseConv2dNative Dilation2D LRN MaxPool MaxPool3D
    Assign AssignAdd AssignSub ApplyAdagrad ApplyAdam ApplyGradientDescent ApplyMomentum ApplyRMSProp
    ApplyAdaMax ApplyAdadelta ApplyAdagradDA ApplyCenteredRMSProp ApplyFtrl ApplyProximalGradientDescent
    ScatterAdd ScatterDiv ScatterMul ScatterSub ScatterUpdate ScatterNdUpdate RefIdentity RefMerge RefSwitch
    Assert Print QueueClose QueueEnqueue QueueEnqueueMany QueueEnqueueManyV2 QueueEnqueueV2 QueueSize
    LoopCond Merge NextIteration Exit Snapshot Switch
    AccumulateNV2 ApproximateEqual Betainc BroadcastArgs ClipByValue Cross Erfinv FakeQuantWithMinMaxArgs LeakyRelu
    LeakyReluGrad ListDiff RandomShuffle Reverse ToBool Unique UniqueWithCounts Xdivy Xlogy InvertPermutation
    AdjustHue AdjustSaturation CropAndResizeGradBoxes DecodeBmp DecodeGif DecodeJpeg DecodePng EncodePng HSVToRGB
    LRNGrad MaxPoolGrad RGBToHSV ResizeBicubicGrad ResizeBilinearGrad HistogramSummary ImageSummary MergeSummary
    ScalarSummary
    AsString DecodeBase64 DecodeRaw EncodeBase64 RegexReplace StringJoin StringLength StringToNumber Substr
    FFT FFT2D FFT3D GatherNd IFFT IFFT2D IFFT3D Lu MatrixBandPart MatrixDiag MatrixSolve MatrixTriangularSolve Qr
    SegmentMax SegmentMean SegmentMin SegmentProd SegmentSum SelfAdjointEigV2 Svd TensorScatterAdd TensorScatterUpdate
    Diag DiagPart MatrixDiagPart MatrixInverse MatrixDeterminant Cholesky Unpack
"""

_SOME_VALUES: dict[str, tuple[int, ...]] = {
    "All": (1,), "Any": (1,), "ArgMax": (1,), "ArgMin": (1,), "BroadcastTo": (1,), "Concat": (0,), "ConcatV2": (-1,),
    "Cumprod": (1,), "Cumsum": (1,), "ExpandDims": (1,), "Fill": (0,), "Gather": (), "GatherV2": (2,), "Max": (1,),
    "Mean": (1,), "Min": (1,), "MirrorPad": (1,), "OneHot": (1,), "Pad": (1,), "Prod": (1,), "Reshape": (1,),
    "ResizeBicubic": (1,), "ResizeBilinear": (1,), "ResizeNearestNeighbor": (1,), "Slice": (1, 2), "Split": (0,),
    "SplitV": (1, 2), "StridedSlice": (1, 2, 3), "Sum": (1,), "Tile": (1,), "TopKV2": (1,), "Transpose": (1,),
}  # fmt: skip

# op -> positions of the inputs whose values are read; negative ones count from the end.
VALUES_READ: dict[str, tuple[int, ...]] = {**dict.fromkeys(_NO_VALUE.split(), ()), **_SOME_VALUES}

# Ops that touch something outside the page and that TensorFlow would run for a shape, as they keep no state; and ops
# whose outputs come from files, of which it knows no shape. Inference stands placeholders of unknown shape in for them.
NEVER_RUN_FOR_SHAPES = frozenset(
    {
        "CacheDataset", "DatasetFromGraph", "DebugIdentity", "DebugNanCount", "DebugNumericSummary", "DecodeProtoV2",
        "EncodeProto", "GenerateVocabRemapping", "ImmutableConst", "LMDBReader", "MatchingFiles", "PyFuncStateless",
        "ReadFile", "ReaderRead", "ReaderReadUpTo", "ReaderReadUpToV2", "ReaderReadV2", "RecordInput",
        "RegisterDataset", "RegisterDatasetV2", "Restore", "RestoreSlice", "RestoreV2", "SnapshotChunkDataset",
        "SnapshotDataset", "SnapshotDatasetReader", "SnapshotDatasetV2",
    }
)  # fmt: skip
