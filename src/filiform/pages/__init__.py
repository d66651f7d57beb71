"""What people see: one model-less Django app per step."""
