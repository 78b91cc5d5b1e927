"""Runs the emulator as close to AWS as our functions and tests need it."""

import corrections
from ministack.app import main

if __name__ == "__main__":
    corrections.apply_all()
    main()
