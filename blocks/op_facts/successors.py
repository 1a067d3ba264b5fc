"""Ops that TensorFlow no longer takes in new graphs, with those that do the same under another name."""

from __future__ import annotations

SUCCESSORS = {
    "BatchCholesky": "Cholesky",
    "BatchCholeskyGrad": "CholeskyGrad",
    "BatchFFT": "FFT",
    "BatchFFT2D": "FFT2D",
    "BatchFFT3D": "FFT3D",
    "BatchIFFT": "IFFT",
    "BatchIFFT2D": "IFFT2D",
    "BatchIFFT3D": "IFFT3D",
    "BatchMatrixBandPart": "MatrixBandPart",
    "BatchMatrixDeterminant": "MatrixDeterminant",
    "BatchMatrixDiag": "MatrixDiag",
    "BatchMatrixDiagPart": "MatrixDiagPart",
    "BatchMatrixInverse": "MatrixInverse",
    "BatchMatrixSetDiag": "MatrixSetDiag",
    "BatchMatrixSolve": "MatrixSolve",
    "BatchMatrixSolveLs": "MatrixSolveLs",
    "BatchMatrixTriangularSolve": "MatrixTriangularSolve",
    "BatchSelfAdjointEigV2": "SelfAdjointEigV2",
    "BatchSvd": "Svd",
    "RandomPoisson": "RandomPoissonV2",
    "TensorArray": "TensorArrayV3",
    "TensorArrayClose": "TensorArrayCloseV3",
    "TensorArrayCloseV2": "TensorArrayCloseV3",
    "TensorArrayConcat": "TensorArrayConcatV3",
    "TensorArrayGather": "TensorArrayGatherV3",
    "TensorArrayGatherV2": "TensorArrayGatherV3",
    "TensorArrayGrad": "TensorArrayGradV3",
    "TensorArrayGradV2": "TensorArrayGradV3",
    "TensorArrayRead": "TensorArrayReadV3",
    "TensorArrayReadV2": "TensorArrayReadV3",
    "TensorArrayScatter": "TensorArrayScatterV3",
    "TensorArrayScatterV2": "TensorArrayScatterV3",
    "TensorArraySize": "TensorArraySizeV3",
    "TensorArraySizeV2": "TensorArraySizeV3",
    "TensorArraySplit": "TensorArraySplitV3",
    "TensorArraySplitV2": "TensorArraySplitV3",
    "TensorArrayV2": "TensorArrayV3",
    "TensorArrayWrite": "TensorArrayWriteV3",
    "TensorArrayWriteV2": "TensorArrayWriteV3",
}

# Readers that TensorFlow no longer takes, by references. Their successors take handles, those of queues as well: so
# beside one of them all queues and readers become those of a like name, with V2 behind it.
OLD_READERS = frozenset({"FixedLengthRecordReader", "IdentityReader", "TFRecordReader", "TextLineReader"})
BESIDE_READERS = OLD_READERS | {
    "FIFOQueue", "PaddingFIFOQueue", "PriorityQueue", "QueueClose", "QueueDequeue", "QueueDequeueMany",
    "QueueDequeueUpTo", "QueueEnqueue", "QueueEnqueueMany", "QueueSize", "RandomShuffleQueue",
    "ReaderNumRecordsProduced", "ReaderNumWorkUnitsCompleted", "ReaderRead", "ReaderReadUpTo", "ReaderReset",
    "ReaderRestoreState", "ReaderSerializeState", "WholeFileReader",
}  # fmt: skip
