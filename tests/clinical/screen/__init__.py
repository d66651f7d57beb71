"""The screening: vignettes a therapist can read, laws that hold for every input, and the words people write."""
