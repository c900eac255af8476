"""``python -m hamgasht``: hands over to the command line."""

from hamgasht.cli import main

if __name__ == "__main__":
    main()
