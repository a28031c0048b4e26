"""Whole networks: fields, shapes, counts."""
