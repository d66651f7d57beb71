"""Consent for the areas that are needled today."""
