# /// script
# requires-python = ">=3.11"
# dependencies = ["humanize==4.12.1"]
#
# [tool.bareboat]
# env = { UNIT = "1500" }
# ///
import os

import humanize

from lib import words

print(words.said(humanize.naturalsize(int(os.environ["UNIT"]))))
