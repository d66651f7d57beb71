"""Walls and signs: base page, components, icons and the getters that check permission."""
