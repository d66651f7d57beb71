"""The atlas: every muscle with its picture, where its pain is felt, what is in the way, and the sources. No patient."""
