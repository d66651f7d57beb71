"""Screening of the day, as the therapist asks it."""
