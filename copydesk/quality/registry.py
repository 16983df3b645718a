"""All measures, in the order of the report. One more is one more line."""

from copydesk.quality import gate, injected, names, pages, paragraphs, summaries
from copydesk.quality.measures import Measure

MEASURES: dict[str, Measure] = {
    "paragraphs": paragraphs.measure,
    "injected": injected.measure,
    "pages": pages.measure,
    "summaries": summaries.measure,
    "names": names.measure,
    "names-quality": names.measure_quality,
    "gate": gate.measure,
}
"""Name to measure. A measure's figures begin with its name and a dot."""
