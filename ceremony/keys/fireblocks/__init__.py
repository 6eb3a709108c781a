"""Fireblocks' recovery kit: the archive, its shares, its master keys and their wallets."""
