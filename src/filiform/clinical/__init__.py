"""The reasoning floor: pure Python, no Django, no disk, no clock, no chance. It decides and never does."""
