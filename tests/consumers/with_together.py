"""Asks Together's own check about files: ``with_together.py FILE …``; prints a JSON list of its reports."""

import json
import sys

from together.utils.files import check_file

if __name__ == "__main__":
    sys.stdout.write("\n" + json.dumps([check_file(name) for name in sys.argv[1:]]))
