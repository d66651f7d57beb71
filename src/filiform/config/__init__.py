"""Wiring: settings, urls, wsgi, the command line. Imports everyone; nobody imports it."""
