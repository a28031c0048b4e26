"""The question bank: families of questions whose answers are derived by sympy and measured by torch."""
