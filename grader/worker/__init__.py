"""The only code that runs beside student code: the zygote, its workers, and the codec they speak.

It imports the standard library, numpy, torch where it was asked for, and nothing else of ours. How the
pieces talk:

    grader --socket of control-->  zygote   started by exec with an empty environment, imports the libraries once
                                     |fork
    grader --channel-->            worker   locked (lockdown), then runs the cells (cells), serves calls (loop)
    grader <--pipe of output--     worker

Over the channel go frames of the codec, of the grader's choosing: load, then calls, one answer each.
What a worker says is a claim about values, never a verdict.
"""
