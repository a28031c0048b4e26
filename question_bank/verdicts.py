"""The verdicts on an answer: a light module, for those who read marks and mark nothing."""

VERDICTS = ("right", "wrong", "invalid", "blank")
