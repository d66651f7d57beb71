"""Learn: what needling is, in plain words with sources, and the practice's public page."""
