"""What a person would draw beside a question: declared here, drawn by question_bank.render.figures.

A family names its figures from its given. Each says what may be seen on a paper and what in a
solution, as a row of plain data with a description in words; a law sees to it that a paper's row
says nothing that the statement does not say.
"""
