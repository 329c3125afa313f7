"""`python -m insurance` is the command `insurance`."""

from insurance.cli import main

if __name__ == "__main__":
    main()
