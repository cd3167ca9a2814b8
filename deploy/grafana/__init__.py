"""Dashboards as code: `boards.py` says what they show, `panels.py` makes of it what Grafana reads; `make docs` writes `dashboards/`."""
