"""Where it hurts, which muscles that fits, and which of them are needled today."""
