"""An event of a launched plan gets its day: what hangs on it gets its dates."""
