"""The pain drawing: drawn by the patient by link, compared between visits by staff."""
