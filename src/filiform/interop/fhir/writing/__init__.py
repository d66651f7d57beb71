"""One patient's record as FHIR R4: a file per step, put together by `bundle`. Pure: dataclasses in, dicts out."""
