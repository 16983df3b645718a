"""The gate before written summaries: what a sentence says must stand in the article.

A model that writes can make things up. Each sentence is held against the article by rules, without a model of its own:
names (`proper`), numbers and units (`amounts`), dates (`moments`), negations (`negation`), who does what (`roles`), and
quotations and who said them (`quotations`). `gate.Gate` puts them together, and names the sentences of the article
that support one. The rules know English only.
"""

from models.support.gate import Gate, Judgement

__all__ = ["Gate", "Judgement"]
