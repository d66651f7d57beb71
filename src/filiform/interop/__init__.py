"""What machines see: FHIR, and later calendars, documents, mail and text messages."""
