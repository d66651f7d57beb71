"""What must not reach a log: the token of a patient's link, which is half of what opens it."""

from __future__ import annotations

import logging
import re

_TOKEN = re.compile(r"/p/(?!how-are-you/)[^/\s?]+")


class HideTokens(logging.Filter):
    """Writes `/p/...` for every address of a patient's link, whoever logs it (Django names the path of each 4xx)."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        if "/p/" in said:
            record.msg, record.args = _TOKEN.sub("/p/...", said), ()
        return True
