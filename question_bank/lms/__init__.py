"""Questions for learning management systems, which mark them by their own rules.

`forms` says which kind of question an answer can be asked as, `question` gathers one from its rows,
and a module for each format writes them. None of them knows a family.
"""
