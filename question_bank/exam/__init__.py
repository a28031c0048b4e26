"""Exams: from a blueprint and a roster to questions with a sealed key, to papers, to marks."""

from collections.abc import Callable

Progress = Callable[[int, int], None]  # told how much is done, and how much there is
