"""The chart: the only floor with tables. In by actions (verbs), out by reads (nouns)."""
