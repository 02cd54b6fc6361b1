"""A search for one value per variable that satisfies all clauses; it knows nothing of Python packages.

Each package is a variable, each of its versions a value, and sets of versions are integers used as bit masks.
"""
