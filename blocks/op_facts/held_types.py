"""Which dtypes a handle stands for, and which ops take tensors of these dtypes beside it.

A text typed beside the handle is of such a dtype, as one typed beside a wire is of the wire's.
"""

from __future__ import annotations

_TABLES = (
    *("HashTable", "HashTableV2", "MutableHashTable", "MutableHashTableV2", "MutableHashTableOfTensors"),
    *(
        "MutableHashTableOfTensorsV2",
        "MutableDenseHashTable",
        "MutableDenseHashTableV2",
        "AnonymousHashTable",
    ),
    *("AnonymousMutableHashTable", "AnonymousMutableHashTableOfTensors", "AnonymousMutableDenseHashTable"),
)
_LISTS = (
    "EmptyTensorList",
    "TensorListFromTensor",
    "TensorListReserve",
    "TensorListPushBack",
    "TensorListSetItem",
)
_TRAINING = (
    *("Adadelta", "Adagrad", "AdagradDA", "AdagradV2", "Adam", "AdamWithAmsgrad", "AdaMax", "AddSign"),
    *("CenteredRMSProp", "Ftrl", "FtrlV2", "GradientDescent", "KerasMomentum", "Momentum", "PowerSign"),
    *("ProximalAdagrad", "ProximalGradientDescent", "RMSProp"),
)

# Op -> what its handle holds: a name for each dtype, and the attr that says it.
HOLDS: dict[str, dict[str, str]] = {
    **{op: {"key": "key_dtype", "value": "value_dtype"} for op in _TABLES},
    **{op: {"element": "element_dtype"} for op in _LISTS},
    "VarHandleOp": {"variable": "dtype"},
    "TensorArrayV3": {"written": "dtype"},
    "StackV2": {"pushed": "elem_type"},
}

# Op -> which of its attrs are the dtypes of what a handle holds.
TAKES: dict[str, dict[str, str]] = {
    **{
        f"{op}{version}": {"Tin": "key", "Tout": "value"}
        for op in ("LookupTableFind", "LookupTableInsert", "LookupTableImport")
        for version in ("", "V2")
    },
    "LookupTableRemoveV2": {"Tin": "key"},
    "InitializeTable": {"Tkey": "key", "Tval": "value"},
    "InitializeTableV2": {"Tkey": "key", "Tval": "value"},
    "TensorListPushBack": {"element_dtype": "element"},
    "TensorListSetItem": {"element_dtype": "element"},
    "TensorListScatterIntoExistingList": {"element_dtype": "element"},
    **{f"Assign{kind}VariableOp": {"dtype": "variable"} for kind in ("", "Add", "Sub")},
    **{
        f"ResourceScatter{kind}": {"dtype": "variable"}
        for kind in ("Add", "Div", "Max", "Min", "Mul", "Sub", "Update")
    },
    **{
        f"Resource{apply}{kind}": {"T": "variable"}
        for apply in ("Apply", "SparseApply")
        for kind in _TRAINING
    },
    **{f"TensorArray{kind}V3": {"T": "written"} for kind in ("Write", "Scatter", "Split")},
    "StackPushV2": {"T": "pushed"},
}
