"""SLIP-39 shares: read, collected, recombined, and made."""
