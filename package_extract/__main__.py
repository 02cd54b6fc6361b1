"""`python -m package_extract` is `package-extract`."""

from package_extract.cli import main

main()
