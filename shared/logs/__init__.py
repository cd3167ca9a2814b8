"""The lines that services log: what they are named, what stands in them, and how they are written."""
