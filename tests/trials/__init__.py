"""Long trials with a seed and a count, run by hand before a release; the tests run a slice of each."""
