"""Convolutional layers: sizes, counts, matrices."""
