"""Ops that take what an op of the same purpose refuses, by the op that refuses."""

from __future__ import annotations

# Draw whole numbers, where the others draw fractions.
DRAWING_WHOLE_NUMBERS = {
    "RandomUniform": "RandomUniformInt",
    "StatelessRandomUniform": "StatelessRandomUniformInt",
    "StatelessRandomUniformV2": "StatelessRandomUniformIntV2",
}

# Take the numbers of classes as labels, where the others take a probability for each class.
TAKING_CLASS_NUMBERS = {"SoftmaxCrossEntropyWithLogits": "SparseSoftmaxCrossEntropyWithLogits"}

# Take segment_ids in any order, where the others need them to rise; they need num_segments, too.
TAKING_UNSORTED_SEGMENTS = {
    "SegmentMax": "UnsortedSegmentMax",
    "SegmentMaxV2": "UnsortedSegmentMax",
    "SegmentMin": "UnsortedSegmentMin",
    "SegmentMinV2": "UnsortedSegmentMin",
    "SegmentProd": "UnsortedSegmentProd",
    "SegmentProdV2": "UnsortedSegmentProd",
    "SegmentSum": "UnsortedSegmentSum",
    "SegmentSumV2": "UnsortedSegmentSum",
}
