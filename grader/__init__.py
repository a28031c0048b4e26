"""Grading of submitted notebooks: hidden tests that never share a process with student code."""
