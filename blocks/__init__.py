"""Which blocks exist: the catalog of symbols, their pins and the TensorFlow ops behind them."""
