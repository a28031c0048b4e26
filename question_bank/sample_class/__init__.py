"""The class of `convmark demo`: a blueprint, a roster in four languages, and what was sent in."""
