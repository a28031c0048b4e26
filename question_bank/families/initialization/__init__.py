"""Initial weights and the variance of signals."""
