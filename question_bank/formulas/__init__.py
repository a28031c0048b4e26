"""Formulas: the straight line of steps, compiled to exact code, and printed as a textbook would.

`derivation` holds the steps; `exact`, `program` and `arithmetic` turn them into functions on
integers and fractions; `notation` and `solution` print them, with the numbers of a variant filled in.
"""
