"""What people read and type: arguments, errors, digests, passphrases, files."""
