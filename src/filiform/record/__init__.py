"""The chart: the only floor with tables."""
