"""`python -m deploy.cli` is `xiaohao`."""

from deploy.cli.app import main

main()
