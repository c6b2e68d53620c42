"""Versions given to the real consumers. The heavy ones are run by `make test-consumers`, in environments of their own."""
