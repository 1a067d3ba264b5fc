"""What can be said of an array without Qt: parts of it, its statistics, its texts, its course, files of it."""
