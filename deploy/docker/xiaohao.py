#!/usr/bin/env python
"""`xiaohao` in the image: a command of its own, and `python -m xiaohao`, which is what the entry point makes of it."""

from deploy.cli.app import main

main()
