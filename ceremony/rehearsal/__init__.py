"""The rehearsal: it plays all the parts on one machine, and nothing imports it."""
