"""Figures as SVG, each drawn once and used by every format.

Rows come from question_bank.figures; what is drawn here shows what they say and works nothing out.
"""

from question_bank.render.figures.drawing import Picture, picture

__all__ = ["Picture", "picture"]
