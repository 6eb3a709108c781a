"""An air-gapped key ceremony for Dfns: import and export keys by light alone."""

__version__ = "0.1.0"
