"""Exams: from a blueprint and a roster to questions with a sealed key, to papers, to marks."""
