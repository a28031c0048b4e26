"""Formulas: read from LaTeX once, then written in plain characters, for Typst, or as words to be read aloud."""
