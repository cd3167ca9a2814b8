"""The four services: intake, ledger, notify, reporting. None imports another."""
