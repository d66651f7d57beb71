"""The body map: one view of the figure with its layers, as SVG made on the server. See docs/bodymap.md.

Every layer is told apart by texture as well as colour; `web/bodymap.css` holds the colours. The map never says anything
alone: the same places stand in words beside it.
"""

from filiform.web.bodymap.draw import svg
from filiform.web.bodymap.layers import Danger, Layers, Mark, MarkKind, Picks, State, strength
from filiform.web.bodymap.legend import legend
from filiform.web.bodymap.overlays import crossed

__all__ = ["Danger", "Layers", "Mark", "MarkKind", "Picks", "State", "crossed", "legend", "strength", "svg"]
