"""Which version of the software this is."""

VERSION = "0.1.0"
