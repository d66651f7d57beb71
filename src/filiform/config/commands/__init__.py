"""One module per command. Each has `run(argv: list[str]) -> int` and imports what is heavy inside it."""
