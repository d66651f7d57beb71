"""The facts floor: what the field knows, each fact with its source. TOML in, clinical's frozen dataclasses out."""
