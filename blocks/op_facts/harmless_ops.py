"""Ops that keep a state and texts of ops that touch nothing outside the page's graph, with the reason why.

What stands here was looked up, one by one: `side_effects` takes every other op with a state, and every other text, as
one that may do anything. A test compares both with the installed TensorFlow.
"""

from __future__ import annotations

# reason -> ops that keep a state or may not run twice, and touch nothing else
_STATEFUL = {
    "a value in memory": """
        AssignAddVariableOp AssignSubVariableOp AssignVariableOp DeepCopy DestroyResourceOp DisableCopyOnRead Empty
        GuaranteeConst ReadVariableOp ResourceApplyAdaMax ResourceApplyAdadelta ResourceApplyAdagrad
        ResourceApplyAdagradDA ResourceApplyAdagradV2 ResourceApplyAdam ResourceApplyAdamWithAmsgrad
        ResourceApplyAddSign ResourceApplyCenteredRMSProp ResourceApplyFtrl ResourceApplyFtrlV2
        ResourceApplyGradientDescent ResourceApplyKerasMomentum ResourceApplyMomentum ResourceApplyPowerSign
        ResourceApplyProximalAdagrad ResourceApplyProximalGradientDescent ResourceApplyRMSProp ResourceCountUpTo
        ResourceGather ResourceGatherNd ResourceScatterAdd ResourceScatterDiv ResourceScatterMax ResourceScatterMin
        ResourceScatterMul ResourceScatterNdAdd ResourceScatterNdMax ResourceScatterNdMin ResourceScatterNdSub
        ResourceScatterNdUpdate ResourceScatterSub ResourceScatterUpdate ResourceSparseApplyAdadelta
        ResourceSparseApplyAdagrad ResourceSparseApplyAdagradDA ResourceSparseApplyAdagradV2
        ResourceSparseApplyCenteredRMSProp ResourceSparseApplyFtrl ResourceSparseApplyFtrlV2
        ResourceSparseApplyKerasMomentum ResourceSparseApplyMomentum ResourceSparseApplyProximalAdagrad
        ResourceSparseApplyProximalGradientDescent ResourceSparseApplyRMSProp ResourceStridedSliceAssign
        TemporaryVariable VarHandleOp VarIsInitializedOp Variable VariableShape VariableV2
    """,
    "elements in memory: queues, stages, stacks, arrays, accumulators, locks": """
        AddManySparseToTensorsMap AddSparseToTensorsMap Barrier ConditionalAccumulator ConsumeMutexLock
        DeleteSessionTensor FIFOQueue FIFOQueueV2 FakeQueue GetSessionHandle GetSessionHandleV2 GetSessionTensor
        MapClear MapIncompleteSize MapPeek MapSize MapStage MapUnstage MapUnstageNoKey MutexLock MutexV2 OrderedMapClear
        OrderedMapIncompleteSize OrderedMapPeek OrderedMapSize OrderedMapStage OrderedMapUnstage OrderedMapUnstageNoKey
        PaddingFIFOQueue PaddingFIFOQueueV2 PriorityQueue PriorityQueueV2 QueueCloseV2 QueueDequeueManyV2
        QueueDequeueUpToV2 QueueDequeueV2 QueueEnqueueManyV2 QueueEnqueueV2 QueueIsClosedV2 QueueSizeV2
        RandomShuffleQueue RandomShuffleQueueV2 ResourceAccumulatorApplyGradient ResourceAccumulatorNumAccumulated
        ResourceAccumulatorSetGlobalStep ResourceAccumulatorTakeGradient ResourceConditionalAccumulator
        SparseConditionalAccumulator Stack StackCloseV2 StackPopV2 StackPushV2 StackV2 Stage StageClear StagePeek
        StageSize TakeManySparseFromTensorsMap TensorArray TensorArrayCloseV3 TensorArrayConcatV3 TensorArrayGatherV3
        TensorArrayGrad TensorArrayGradV2 TensorArrayGradV3 TensorArrayGradWithShape TensorArrayReadV3
        TensorArrayScatterV3 TensorArraySizeV3 TensorArraySplitV3 TensorArrayV2 TensorArrayV3 TensorArrayWriteV3 Unstage
    """,
    "a table in memory; those that are filled from a file stand in side_effects": """
        AnonymousHashTable AnonymousMutableDenseHashTable AnonymousMutableHashTable AnonymousMutableHashTableOfTensors
        HashTable HashTableV2 InitializeTableFromDataset InitializeTableV2 LookupTableExportV2 LookupTableFindV2
        LookupTableImportV2 LookupTableInsertV2 LookupTableRemoveV2 LookupTableSizeV2 MutableDenseHashTable
        MutableDenseHashTableV2 MutableHashTable MutableHashTableOfTensors MutableHashTableOfTensorsV2
        MutableHashTableV2
    """,
    "numbers drawn at random": """
        AllCandidateSampler LearnedUnigramCandidateSampler LogUniformCandidateSampler Multinomial NonDeterministicInts
        ParameterizedTruncatedNormal RandomCrop RandomGamma RandomPoisson RandomPoissonV2 RandomShuffle
        RandomStandardNormal RandomUniform RandomUniformInt RngReadAndSkip RngSkip SampleDistortedBoundingBox
        SampleDistortedBoundingBoxV2 StatefulRandomBinomial StatefulStandardNormal StatefulStandardNormalV2
        StatefulTruncatedNormal StatefulUniform StatefulUniformFullInt StatefulUniformInt StatelessRandomGetAlg
        ThreadUnsafeUnigramCandidateSampler TruncatedNormal UniformCandidateSampler
    """,
    "a dataset of what is in memory, or a walk over one: what it reads, its own op reads": """
        AnonymousIterator AnonymousIteratorV2 AnonymousIteratorV3 AnonymousMemoryCache AnonymousMultiDeviceIterator
        AnonymousMultiDeviceIteratorV3 AnonymousRandomSeedGenerator AnonymousSeedGenerator DatasetToSingleElement
        DeleteIterator DeleteMemoryCache DeleteMultiDeviceIterator DeleteRandomSeedGenerator DeleteSeedGenerator
        DummyIterationCounter DummyMemoryCache DummySeedGenerator ExperimentalIteratorGetDevice
        ExperimentalRandomDataset ExperimentalSetStatsAggregatorDataset ExperimentalStatsAggregatorHandle
        ExperimentalStatsAggregatorSummary ExperimentalThreadPoolDataset ExperimentalThreadPoolHandle
        GlobalShuffleDataset Iterator IteratorFromStringHandle IteratorFromStringHandleV2 IteratorGetDevice
        IteratorGetModelProto IteratorGetNext IteratorGetNextAsOptional IteratorGetNextSync IteratorToStringHandle
        IteratorV2 ListDataset MakeIterator MultiDeviceIterator MultiDeviceIteratorFromStringHandle
        MultiDeviceIteratorGetNextFromShard MultiDeviceIteratorInit MultiDeviceIteratorToStringHandle RandomDataset
        RandomDatasetV2 RangeDataset SerializeIterator SetStatsAggregatorDataset ShuffleAndRepeatDatasetV2
        ShuffleDatasetV2 ShuffleDatasetV3 SparseTensorSliceDataset StatsAggregatorHandle StatsAggregatorHandleV2
        StatsAggregatorSummary TensorDataset TensorSliceDataset ThreadPoolDataset ThreadPoolHandle
    """,
    "a reader or writer that opens nothing before another op gives it a name": """
        FixedLengthRecordReader FixedLengthRecordReaderV2 IdentityReader IdentityReaderV2 LMDBReader
        ReaderNumRecordsProducedV2 ReaderNumWorkUnitsCompletedV2 ReaderResetV2
        ReaderRestoreStateV2 ReaderSerializeStateV2 SummaryWriter
        TFRecordReader TFRecordReaderV2 TextLineReader TextLineReaderV2 WholeFileReader WholeFileReaderV2
    """,
    "what the called function's ops do, and nothing else": """
        Case ExperimentalGroupByReducerDataset GeneratorDataset GroupByReducerDataset If OneShotIterator ReduceDataset
        StatefulPartitionedCall While
    """,
    "a look at values or devices, and at most a line for the log": """
        Assert CheckNumerics CheckNumericsV2 DeviceIndex Print SyncDevice Timestamp
    """,
    "parts of TPUs and GPUs that TensorFlow has no CPU kernel for, and trees that it dropped": """
        AllToAll AssignVariableXlaConcatND BoostedTreesCenterBias BoostedTreesCreateEnsemble
        BoostedTreesCreateQuantileStreamResource BoostedTreesDeserializeEnsemble BoostedTreesEnsembleResourceHandleOp
        BoostedTreesExampleDebugOutputs BoostedTreesFlushQuantileSummaries BoostedTreesGetEnsembleStates
        BoostedTreesPredict BoostedTreesQuantileStreamResourceAddSummaries BoostedTreesQuantileStreamResourceDeserialize
        BoostedTreesQuantileStreamResourceFlush BoostedTreesQuantileStreamResourceGetBucketBoundaries
        BoostedTreesQuantileStreamResourceHandleOp BoostedTreesSerializeEnsemble BoostedTreesTrainingPredict
        BoostedTreesUpdateEnsemble BoostedTreesUpdateEnsembleV2 ConfigureTPUEmbedding ConvertToCooTensor CrossReplicaSum
        CudnnRNN CudnnRNNBackprop CudnnRNNBackpropV2 CudnnRNNBackpropV3 CudnnRNNV2 CudnnRNNV3
        DynamicEnqueueTPUEmbeddingArbitraryTensorBatch DynamicEnqueueTPUEmbeddingRaggedTensorBatch
        EnqueueTPUEmbeddingArbitraryTensorBatch EnqueueTPUEmbeddingIntegerBatch EnqueueTPUEmbeddingRaggedTensorBatch
        EnqueueTPUEmbeddingSparseBatch EnqueueTPUEmbeddingSparseTensorBatch GetMinibatchSplitsWithPhysicalReplica
        GetMinibatchesInCsrWithPhysicalReplica GlobalIterId InfeedDequeue InfeedDequeueTuple InfeedEnqueue
        InfeedEnqueueTuple IsBoostedTreesEnsembleInitialized IsBoostedTreesQuantileStreamResourceInitialized
        IsTPUEmbeddingInitialized LoadTPUEmbeddingADAMParameters LoadTPUEmbeddingAdadeltaParameters
        LoadTPUEmbeddingAdagradMomentumParameters LoadTPUEmbeddingAdagradParameters
        LoadTPUEmbeddingCenteredRMSPropParameters LoadTPUEmbeddingFTRLParameters
        LoadTPUEmbeddingFrequencyEstimatorParameters LoadTPUEmbeddingMDLAdagradLightParameters
        LoadTPUEmbeddingMomentumParameters LoadTPUEmbeddingProximalAdagradParameters
        LoadTPUEmbeddingProximalYogiParameters LoadTPUEmbeddingRMSPropParameters
        LoadTPUEmbeddingStochasticGradientDescentParameters NcclAllReduce NcclBroadcast NcclReduce OutfeedDequeue
        OutfeedDequeueTuple OutfeedDequeueTupleV2 OutfeedDequeueV2 OutfeedEnqueue OutfeedEnqueueTuple
        ReadVariableXlaSplitND RecvTPUEmbeddingActivations RetrieveTPUEmbeddingADAMParameters
        RetrieveTPUEmbeddingAdadeltaParameters RetrieveTPUEmbeddingAdagradMomentumParameters
        RetrieveTPUEmbeddingAdagradParameters RetrieveTPUEmbeddingCenteredRMSPropParameters
        RetrieveTPUEmbeddingFTRLParameters RetrieveTPUEmbeddingFrequencyEstimatorParameters
        RetrieveTPUEmbeddingMDLAdagradLightParameters RetrieveTPUEmbeddingMomentumParameters
        RetrieveTPUEmbeddingProximalAdagradParameters RetrieveTPUEmbeddingProximalYogiParameters
        RetrieveTPUEmbeddingRMSPropParameters RetrieveTPUEmbeddingStochasticGradientDescentParameters
        SendTPUEmbeddingGradients StoreMinibatchStatisticsInFdo TPUAnnotateTensorsWithDynamicShape
        TPUCopyWithDynamicShape TPUDummyInput TPUOrdinalSelector XlaSparseCoreAdagrad XlaSparseCoreAdagradMomentum
        XlaSparseCoreAdam XlaSparseCoreFtrl XlaSparseCoreSgd
    """,
}

# reason -> inputs and attrs that hold texts of which none is a place
_TEXTS = {
    "how a value is read, written or computed": """
        bad_indices_policy cardinality_options combiner combiners compression_type dct_method delimiter
        dimension_numbers dst_format encoding equation field_delim fill fill_mode input_encoding input_order
        interpolation kernel_type left_pad method na_value noise padding placeholder rewrite right_pad
        row_partition_types sep separator set_operation split_types src_format template
    """,
    "the data themselves": """
        bytes contents data input input_bytes inputs json_examples keys records serialized serialized_sparse
        string_tensor tree_ensemble_serialized xmp_metadata
    """,
    "names within a record": """
        context_dense_keys context_ragged_keys context_sparse_keys dense_keys feature_list_dense_keys
        feature_list_dense_missing_assumed_empty feature_list_ragged_keys feature_list_sparse_keys names ragged_keys
        sparse_keys
    """,
    "names within the graph or the process, and words for people": """
        allowed_devices batching_queue container counter_prefix debug_name description device_names devices
        display_name frame_name labels message serialized_summary_metadata shared_name stack_name table_name tag tags
        tensor_array_name tensor_name var_name
    """,
    "a handle of something that was made before": "handle reader_handle string_handle table_handle",
    "how TensorFlow is to rewrite or to schedule": """
        config config_proto debug_ops_spec deterministic executor_type metadata mode_override optimization_configs
        optimizations optimizations_default optimizations_disabled optimizations_enabled rewrite_name
        serialized_options stateful_whitelist transformations
    """,
    "parts of TPUs": """
        host_compute_core mini_batch_in_csr mini_batch_splits padding_map program_key step_marker_location topology
        tpu_compile_options_proto
    """,
}

# (op, argument) -> what the text is, where the name of the argument alone would rather be a place
_NO_PLACES = {
    ("RegexFullMatch", "pattern"): "a regular expression",
    ("RegexReplace", "pattern"): "a regular expression",
    ("StaticRegexFullMatch", "pattern"): "a regular expression",
    ("StaticRegexReplace", "pattern"): "a regular expression",
    ("ReaderRestoreState", "state"): "TensorFlow takes it only of a reader that stands between two files",
    ("ReaderRestoreStateV2", "state"): "TensorFlow takes it only of a reader that stands between two files",
    ("ShardedFilename", "basename"): "a name is made of it, nothing is opened",
    ("ShardedFilespec", "basename"): "a name is made of it, nothing is opened",
    **{
        (f"TensorArrayGrad{version}", "source"): "tells the gradients of one array apart"
        for version in ("", "V2", "V3", "WithShape")
    },
}

HARMLESS_STATEFUL = frozenset(name for names in _STATEFUL.values() for name in names.split())
_HARMLESS_TEXTS = frozenset(name for names in _TEXTS.values() for name in names.split())
_DATA = frozenset(_TEXTS["the data themselves"].split())


def is_no_place(op: str, argument: str) -> bool:
    """Return whether a text of an op is known to name nothing outside the graph."""
    return argument in _HARMLESS_TEXTS or (op, argument) in _NO_PLACES


def is_no_name(op: str, argument: str) -> bool:
    """Return whether a text of an op says how to compute, as a pattern does: no data, so no file's name."""
    return argument not in _DATA and is_no_place(op, argument)
