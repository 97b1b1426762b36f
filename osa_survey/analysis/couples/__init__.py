"""Actors and partners."""
