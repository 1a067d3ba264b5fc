"""The tests, in packages that mirror the program's; what several of them use is in `tests.support`."""
