"""`python -m filiform.config COMMAND ...`, which is what the launcher runs."""

import sys

from filiform.config.cli import main

sys.exit(main(sys.argv[1:]))
