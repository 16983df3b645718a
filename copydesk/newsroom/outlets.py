"""The two fictional outlets: their names, paths and the furniture that surrounds every article.

The furniture is data, not template text, so that whoever checks extraction can ask for it:
`Outlet.furniture` lists sentences that stand on every page of the outlet and in no article.
"""

from enum import StrEnum

import msgspec


class OutletName(StrEnum):
    """Key of an outlet; also the first segment of its paths."""

    WIRE = "wire"
    COURIER = "courier"


class Outlet(msgspec.Struct, frozen=True, kw_only=True):
    """One news site. `domain` is only used in feed identifiers; nothing is ever fetched from it."""

    name: OutletName
    title: str
    strapline: str
    language: str
    domain: str
    feed_path: str
    feed_type: str
    email: str
    cookie_notice: str
    newsletter_title: str
    newsletter_text: str
    about: str
    copyright: str
    menu_extra: tuple[str, ...]
    footer_links: tuple[str, ...]

    @property
    def front_path(self) -> str:
        """Path of the outlet's front page."""
        return f"/{self.name}/"

    @property
    def furniture(self) -> tuple[str, ...]:
        """Sentences of the page furniture: none of them belongs in any cleaned article."""
        return (self.cookie_notice, self.newsletter_text, self.about, self.copyright)


WIRE = Outlet(
    name=OutletName.WIRE,
    title="Halyard News Agency",
    strapline="Fact first, round the clock",
    language="en-GB",
    domain="halyard.example",
    feed_path="/wire/rss.xml",
    feed_type="application/rss+xml",
    email="desk@halyard.example",
    cookie_notice=(
        "Halyard and its partners use cookies to run this service, to measure its audience and to remember "
        "your choices. You can accept all cookies or manage your preferences."
    ),
    newsletter_title="The Halyard Briefing",
    newsletter_text="Ten stories that matter, in your inbox before seven every weekday morning.",
    about="Halyard supplies text, pictures and data to newspapers and broadcasters in forty countries.",
    copyright="© 2026 Halyard News Agency. Republication without a licence is not permitted.",
    menu_extra=("Pictures", "Data", "Fact check", "For clients"),
    footer_links=("About us", "Editorial standards", "Corrections", "Careers", "Terms of use", "Privacy"),
)

COURIER = Outlet(
    name=OutletName.COURIER,
    title="The Aldermere Courier",
    strapline="News from the Alder valley and the coast since 1871",
    language="en-GB",
    domain="aldermere-courier.example",
    feed_path="/courier/atom.xml",
    feed_type="application/atom+xml",
    email="newsroom@aldermere-courier.example",
    cookie_notice=(
        "We value your privacy. The Courier uses cookies to keep the site working and to show you adverts "
        "from businesses near you."
    ),
    newsletter_title="Courier at Seven",
    newsletter_text="Get the day's top stories from Aldermere sent to you free every evening.",
    about="The Aldermere Courier is a member of the Regional Press Standards Board.",
    copyright="© The Aldermere Courier 2026. Registered in England and Wales.",
    menu_extra=("What's on", "Property", "Family notices", "Jobs"),
    footer_links=("Contact us", "Advertise", "Place a notice", "Complaints", "Terms", "Cookie settings"),
)

OUTLETS: dict[OutletName, Outlet] = {outlet.name: outlet for outlet in (WIRE, COURIER)}
