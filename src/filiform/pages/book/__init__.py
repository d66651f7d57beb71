"""Book: a visitor asks for a first visit; the desk calls back."""
