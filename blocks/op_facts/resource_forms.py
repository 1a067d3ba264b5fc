"""Which op does with a resource variable what another does with a Variable's reference.

Both take the same arguments under the same names, the handle in place of each reference. What gave a reference gives
nothing: the value right after the write is had by reading the variable.
"""

from __future__ import annotations

_PREFIXED = (
    "ApplyAdaMax", "ApplyAdadelta", "ApplyAdagrad", "ApplyAdagradDA", "ApplyAdagradV2", "ApplyAdam", "ApplyAddSign",
    "ApplyCenteredRMSProp", "ApplyFtrl", "ApplyFtrlV2", "ApplyGradientDescent", "ApplyMomentum", "ApplyPowerSign",
    "ApplyProximalAdagrad", "ApplyProximalGradientDescent", "ApplyRMSProp", "CountUpTo", "ScatterAdd", "ScatterDiv",
    "ScatterMax", "ScatterMin", "ScatterMul", "ScatterNdAdd", "ScatterNdMax", "ScatterNdMin", "ScatterNdSub",
    "ScatterNdUpdate", "ScatterSub", "ScatterUpdate", "SparseApplyAdadelta", "SparseApplyAdagrad",
    "SparseApplyAdagradDA", "SparseApplyAdagradV2", "SparseApplyCenteredRMSProp", "SparseApplyFtrl",
    "SparseApplyFtrlV2", "SparseApplyMomentum", "SparseApplyProximalAdagrad", "SparseApplyProximalGradientDescent",
    "SparseApplyRMSProp", "StridedSliceAssign",
)  # fmt: skip

RESOURCE_FORMS: dict[str, str] = {
    "Assign": "AssignVariableOp",
    "AssignAdd": "AssignAddVariableOp",
    "AssignSub": "AssignSubVariableOp",
    "IsVariableInitialized": "VarIsInitializedOp",
    **{op: f"Resource{op}" for op in _PREFIXED},
}

# Ops that pass a reference on, and those that pass a handle on. RefSelect has none: no op chooses among handles.
PASSING_HANDLE: dict[str, str] = {
    "RefEnter": "Enter",
    "RefExit": "Exit",
    "RefIdentity": "Identity",
    "RefMerge": "Merge",
    "RefNextIteration": "NextIteration",
    "RefSwitch": "Switch",
}

# Dtypes of which the op has a kernel and its resource form none.
WITHOUT_KERNEL: dict[str, frozenset[str]] = {"Assign": frozenset({"DT_QUINT16"})}
