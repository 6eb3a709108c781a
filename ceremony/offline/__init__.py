"""The program of the air-gapped laptop: `ceremony`."""
