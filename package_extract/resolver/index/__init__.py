"""Package indexes: their pages, files, metadata and cache, as a `Source`.

>>> from package_extract.resolver.index import open_source             # doctest: +SKIP
>>> with open_source(IndexOptions.configured()) as source:              # doctest: +SKIP
...     source.project("flask").versions[-1]
'3.1.3'
"""
