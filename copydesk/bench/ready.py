"""The process whose start is measured: loads the shipped models and analyses one short article."""

from models.factory import load

ARTICLE = (
    "The ferry between Port Ellery and Saint Mawgan stood still on Monday, and 240 passengers spent the night in the "
    "school. Harbour master Joan Pellow said that a rope had been taken up by the propeller. Divers of the Corran Line "
    "will begin to cut it out at low water."
)


def main() -> None:
    """Analyse ``ARTICLE``."""
    load().analyse(ARTICLE)


if __name__ == "__main__":
    main()
