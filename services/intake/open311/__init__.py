"""The door for apps of cities: Open311 GeoReport v2."""
