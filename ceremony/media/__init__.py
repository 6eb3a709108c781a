"""How messages cross the gap. A ceremony knows the port only, never which medium it is."""
