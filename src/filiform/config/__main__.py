"""`python -m filiform.config COMMAND ...`, which is what the launcher runs."""

import sys

from filiform.config.cli import main

if __name__ == "__main__":  # a server's worker may import this file again
    sys.exit(main(sys.argv[1:]))
