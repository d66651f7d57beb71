"""Filiform: dry needling by a physical therapist, done safely and recorded as it happens."""

__version__ = "0.1.0"
