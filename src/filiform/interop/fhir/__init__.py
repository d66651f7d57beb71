"""FHIR R4: records of other systems in (`reading`), one patient's record out (`writing`). Pure mappings."""
