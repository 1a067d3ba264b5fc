"""Random models like public ones, small, made by Keras: a generator draws their layers and sizes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np

Array = np.ndarray[Any, Any]
Draw = np.random.Generator
_L = keras.layers


def _one(draw: Draw, *of: Any) -> Any:
    return of[int(draw.integers(len(of)))]


def _activation(draw: Draw) -> Any:
    return _one(
        draw, "relu", "elu", "selu", "gelu", "swish", "tanh", "softplus", "hard_sigmoid", "leaky_relu"
    )


def _head(draw: Draw, x: Any) -> Any:
    units = int(draw.integers(2, 6))
    return _L.Dense(units, activation=_one(draw, "softmax", "sigmoid", "linear"), name="predictions")(x)


def _norm(draw: Draw, x: Any) -> Any:
    kind = _one(draw, "batch", "batch", "layer", "group")
    if kind == "layer":
        return _L.LayerNormalization()(x)
    if kind == "group":
        return _L.GroupNormalization(groups=2)(x)
    return _L.BatchNormalization(scale=_one(draw, True, False))(x)


# --- pictures
def mlp(draw: Draw) -> Any:
    """Return dense layers, some with dropout, penalties and shortcuts."""
    given = x = keras.Input((int(draw.integers(3, 9)),), name="features")
    for _ in range(int(draw.integers(1, 5))):
        y = _L.Dense(8, activation=_activation(draw), use_bias=_one(draw, True, False))(x)
        y = _one(draw, _L.Dropout(0.3), _L.ActivityRegularization(0.1), _L.GaussianNoise(0.1), _L.PReLU())(y)
        x = _L.add([x, y]) if x.shape == y.shape else y
    return keras.Model(given, _head(draw, x), name="mlp")


def cnn(draw: Draw) -> Any:
    """Return convolutions, pooled and flattened."""
    given = x = keras.Input((12, 12, _one(draw, 1, 3)), name="image")
    for _ in range(int(draw.integers(1, 3))):
        x = _L.Conv2D(
            _one(draw, 4, 6),
            _one(draw, 1, 3),
            strides=_one(draw, 1, 2),
            padding=_one(draw, "same", "valid"),
            activation=_activation(draw),
        )(x)
        x = _norm(draw, x)
        x = _one(draw, _L.MaxPooling2D, _L.AveragePooling2D)(2, padding="same")(x)
        x = _L.SpatialDropout2D(0.2)(x)
    x = _one(draw, _L.Flatten(), _L.GlobalAveragePooling2D(), _L.GlobalMaxPooling2D())(x)
    return keras.Model(given, _head(draw, x), name="cnn")


def resnet(draw: Draw) -> Any:
    """Return stages of residual blocks with norms, as ResNet has them."""
    given = keras.Input((16, 16, 3), name="image")
    x = _L.Conv2D(4, 3, padding="same", use_bias=False, name="conv1_conv")(_L.ZeroPadding2D(1)(given))
    for stage in range(int(draw.integers(1, 4))):
        width = 4 << stage
        for block in range(int(draw.integers(1, 4))):
            name, strides = f"conv{stage + 2}_block{block + 1}", 2 if stage and not block else 1
            y = _L.BatchNormalization(name=f"{name}_0_bn")(x)
            y = _L.Activation("relu", name=f"{name}_0_relu")(y)
            y = _L.Conv2D(width, 3, strides, "same", use_bias=False, name=f"{name}_1_conv")(y)
            y = _L.BatchNormalization(name=f"{name}_1_bn")(y)
            y = _L.Conv2D(width, 3, padding="same", name=f"{name}_2_conv")(_L.ReLU(6.0)(y))
            if strides > 1 or x.shape[-1] != width:
                x = _L.Conv2D(width, 1, strides, name=f"{name}_shortcut")(x)
            x = _L.Add(name=f"{name}_add")([x, y])
    return keras.Model(given, _head(draw, _L.GlobalAveragePooling2D(name="avg_pool")(x)), name="resnet")


def mobile(draw: Draw) -> Any:
    """Return inverted residuals with depthwise convolutions, some with squeeze and excitation."""
    given = keras.Input((16, 16, 3), name="image")
    x = _L.Rescaling(1 / 127.5, offset=-1)(given)
    x = _L.Conv2D(4, 3, 2, "same", use_bias=False)(x)
    for block in range(int(draw.integers(1, 5))):
        y = _L.Conv2D(12, 1, use_bias=False, name=f"block_{block}_expand")(x)
        y = _L.Activation(_one(draw, "relu6", "hard_swish", "swish"))(_L.BatchNormalization()(y))
        y = _one(
            draw,
            _L.DepthwiseConv2D(3, padding="same", name=f"block_{block}_depthwise"),
            _L.SeparableConv2D(12, 3, padding="same", dilation_rate=_one(draw, 1, 2)),
        )(y)
        if _one(draw, True, False):
            s = _L.GlobalAveragePooling2D(keepdims=True)(y)
            s = _L.Conv2D(12, 1, activation="sigmoid")(_L.Conv2D(3, 1, activation="relu")(s))
            y = _L.Multiply()([y, s])
        y = _L.BatchNormalization()(_L.Conv2D(4, 1, name=f"block_{block}_project")(y))
        x = _L.Add()([x, y])
    return keras.Model(given, _head(draw, _L.GlobalMaxPooling2D()(x)), name="mobile")


def unet(draw: Draw) -> Any:
    """Return a net that goes down and up again, with what it saw on the way."""
    given = x = keras.Input((16, 16, _one(draw, 1, 3)), name="image")
    seen, depth = [], int(draw.integers(1, 4))
    for level in range(depth):
        x = _L.Conv2D(4 << level, 3, padding="same", activation=_activation(draw))(x)
        seen.append(x)
        x = _norm(draw, _L.MaxPooling2D()(x))
    for level in reversed(range(depth)):
        up = _one(draw, "transpose", "nearest", "bilinear")
        if up == "transpose":
            x = _L.Conv2DTranspose(4 << level, 2, strides=2, padding="same")(x)
        else:
            x = _L.UpSampling2D(interpolation=up)(x)
        x = _L.Concatenate()([x, seen[level]])
        x = _L.Conv2D(4, 3, padding="same", activation="relu")(x)
    return keras.Model(given, _L.Conv2D(1, 1, activation="sigmoid", name="mask")(x), name="unet")


def volumes(draw: Draw) -> Any:
    """Return convolutions in one or three dimensions."""
    if _one(draw, True, False):
        given = keras.Input((6, 6, 6, 2), name="scan")
        x = _L.Conv3D(3, 2, padding="same", activation="relu")(given)
        x = _one(draw, _L.MaxPooling3D(2), _L.AveragePooling3D(2), _L.UpSampling3D())(x)
        x = _L.GlobalAveragePooling3D()(x)
    else:
        given = keras.Input((24, 2), name="signal")
        x = _L.Conv1D(4, 3, padding=_one(draw, "causal", "same"), dilation_rate=_one(draw, 1, 2))(given)
        x = _one(draw, _L.MaxPooling1D(2), _L.Cropping1D(2), _L.UpSampling1D(), _L.ZeroPadding1D(1))(x)
        x = _L.GlobalMaxPooling1D()(_L.SeparableConv1D(4, 3)(x))
    return keras.Model(given, _head(draw, x), name="volumes")


# --- sequences
def recurrent(draw: Draw) -> Any:
    """Return recurrent layers, in one direction or both, some over convolutions or with masks."""
    given = x = keras.Input((_one(draw, 5, None), 3), name="steps")
    if _one(draw, True, False):
        x = _L.Masking(0.0)(x)
    for last in (False, True):
        kind = _one(draw, _L.LSTM, _L.GRU, _L.SimpleRNN)
        layer = kind(4, return_sequences=not last, go_backwards=_one(draw, False, True))
        x = _L.Bidirectional(kind(4, return_sequences=not last))(x) if _one(draw, True, False) else layer(x)
        if not last and _one(draw, True, False):
            x = _L.TimeDistributed(_L.Dense(4, activation="tanh"))(x)
    return keras.Model(given, _head(draw, x), name="recurrent")


def transformer(draw: Draw) -> Any:
    """Return words embedded with their places, and layers of attention."""
    words = keras.Input((7,), dtype="int32", name="tokens")
    x = _L.Embedding(30, 8, mask_zero=_one(draw, True, False), name="words")(words)
    x = x + _L.Embedding(7, 8, name="places")(keras.ops.arange(7))
    for number in range(int(draw.integers(1, 3))):
        y = _L.LayerNormalization(epsilon=1e-6)(x)
        causal = _one(draw, True, False)
        y = _L.MultiHeadAttention(2, 4, name=f"attention_{number}")(y, y, use_causal_mask=causal)
        x = _L.Add()([x, _L.Dropout(0.1)(y)])
        y = _L.Dense(16, activation="gelu", name=f"inner_{number}")(_L.LayerNormalization()(x))
        x = _L.Add()([x, _L.Dense(8, name=f"outer_{number}")(y)])
    x = _one(draw, _L.GlobalAveragePooling1D(), _L.Flatten())(x)
    return keras.Model(words, _head(draw, x), name="transformer")


def attention(draw: Draw) -> Any:
    """Return one sequence that looks at another."""
    asked, said = keras.Input((4, 6), name="asked"), keras.Input((5, 6), name="said")
    kind = _one(draw, _L.Attention(use_scale=True), _L.AdditiveAttention(), _L.Attention(score_mode="dot"))
    x = _L.Concatenate()([kind([asked, said]), asked])
    x = _one(draw, _L.GRU(4), _L.GlobalMaxPooling1D(), _L.Flatten())(x)
    return keras.Model([asked, said], [_head(draw, x), _L.Dense(1, name="score")(x)], name="attention")


# --- tables and preprocessing
def recommender(draw: Draw) -> Any:
    """Return embeddings of users and things, and what they make together."""
    user, thing = (keras.Input((1,), dtype="int64", name=name) for name in ("user", "thing"))
    a = _L.Flatten()(_L.Embedding(20, 4, name="users")(user))
    b = _L.Flatten()(_L.Embedding(20, 4, name="things")(thing))
    both = _L.Dot(axes=1, normalize=_one(draw, True, False))([a, b])
    deep = _L.Dense(6, activation="relu")(_L.Concatenate()([a, b, _L.Multiply()([a, b])]))
    x = _L.Concatenate()(
        [both, deep, _one(draw, _L.Maximum(), _L.Minimum(), _L.Average(), _L.Subtract())([a, b])]
    )
    return keras.Model([user, thing], _head(draw, x), name="recommender")


def prepared(draw: Draw) -> Any:
    """Return numbers that are normalised, sorted into ranges and counted."""
    given = keras.Input((3,), name="numbers")
    rows = draw.normal(2.0, 3.0, (40, 3)).astype(np.float32)
    norm = _L.Normalization()
    norm.adapt(rows)
    ranges = _L.Discretization(num_bins=4, epsilon=0.01)
    ranges.adapt(rows)
    parts = [norm(given), _L.CategoryEncoding(4, output_mode="multi_hot")(ranges(given))]
    return keras.Model(given, _head(draw, _L.Concatenate()(parts)), name="prepared")


def texts(draw: Draw) -> Any:
    """Return words that are looked up and embedded."""
    given = keras.Input((1,), dtype="string", name="text")
    vectors = _L.TextVectorization(max_tokens=12, output_sequence_length=5, ngrams=_one(draw, None, 2))
    vectors.adapt(np.array(["the cat sat", "the dog ran", "a cat ran far"]))
    x = _L.Embedding(vectors.vocabulary_size(), 4, mask_zero=True)(vectors(given))
    return keras.Model(
        given, _head(draw, _one(draw, _L.LSTM(3), _L.GlobalAveragePooling1D())(x)), name="texts"
    )


def lookups(draw: Draw) -> Any:
    """Return names and numbers of categories by their tables."""
    name, number = (
        keras.Input((1,), dtype="string", name="name"),
        keras.Input((1,), dtype="int64", name="number"),
    )
    mode = _one(draw, "one_hot", "multi_hot", "count")
    a = _L.StringLookup(
        vocabulary=["red", "green", "blue"], output_mode=mode, num_oov_indices=_one(draw, 1, 2)
    )(name)
    b = _L.IntegerLookup(vocabulary=[3, 5, 8], output_mode=mode)(number)
    c = _L.CategoryEncoding(6, output_mode="one_hot")(_L.Hashing(6, salt=_one(draw, None, 3))(name))
    parts = [keras.ops.cast(part, "float32") for part in (a, b, c)]
    return keras.Model([name, number], _head(draw, _L.Concatenate()(parts)), name="lookups")


NETS: dict[str, Callable[[Draw], Any]] = {
    made.__name__: made
    for made in (
        mlp, cnn, resnet, mobile, unet, volumes, recurrent, transformer, attention, recommender, prepared, texts,
        lookups,
    )
}  # fmt: skip
NO_HDF5 = frozenset(
    ("prepared", "texts", "lookups", "transformer")
)  # Keras does not read these back from HDF5


def filled(model: Any, draw: Draw) -> Any:
    """Give the weights of a model values that are all different, but what it has learnt of data, and return it."""
    for weight in model.weights:
        if "float" in str(weight.dtype) and not weight.path.startswith("normalization"):
            low = 0.1 if "variance" in weight.path else -1.0
            size = float(np.prod(weight.shape[:-1])) if len(weight.shape) > 1 else 1.0  # of what is summed
            weight.assign(draw.uniform(low, 1.0, weight.shape) / np.sqrt(size))
    return model


def fed(model: Any, draw: Draw) -> dict[str, Array]:
    """Return a random input of two rows for each input of a model, by its name."""
    return {one.name: _values(one, draw) for one in model.inputs}


def _values(one: Any, draw: Draw) -> Array:
    shape = (2, *(4 if size is None else size for size in one.shape[1:]))
    if one.dtype == "string":
        words = ["red", "green", "the cat", "a dog ran far", "nothing"]
        return np.array(draw.choice(words, shape), object)
    if "int" in one.dtype:
        return draw.integers(0, 9, shape).astype(one.dtype)
    return draw.uniform(-1, 1, shape).astype(one.dtype)
