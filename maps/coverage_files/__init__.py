"""Files that one takes away from an analysis of coverage; each tells what its page tells, from the same findings."""
