"""The body figure, drawn by our own code from tables of landmarks. For development only: a practice gets the drawings.

`python -m drawing` reads `src/filiform/knowledge/body/figure/*.toml` and writes `src/filiform/knowledge/body/drawn/`.
"""

from drawing.warp import VIEWS, warp

__all__ = ["VIEWS", "warp"]
