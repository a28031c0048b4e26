"""Exam questions across topics: designs to find, errors, code to read."""
