import re
from collections import Counter
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest

from copydesk.newsroom.catalogue import (
    ARTICLES_DIR,
    EXPECTED,
    BlockKind,
    Case,
    HeldBack,
    NewsroomArticle,
    load_articles,
)
from copydesk.newsroom.errors import ArticleFileError
from copydesk.newsroom.outlets import OutletName

SLUGS = sorted(path.stem for path in ARTICLES_DIR.glob("*.md"))


@pytest.fixture
def of_case(articles):
    """The one article of a special case."""

    def find(case: Case) -> NewsroomArticle:
        (article,) = (article for article in articles if article.case is case)
        return article

    return find


@pytest.fixture
def of_slug(articles):
    """The article of that slug."""
    return {article.slug: article for article in articles}.__getitem__


def test_every_special_case_is_there_once_beside_plain_articles(articles):
    counted = Counter(article.case for article in articles)
    assert counted.keys() == set(Case)
    assert counted.pop(Case.PLAIN) >= 7
    assert set(counted.values()) == {1}
    assert len(articles) == len(SLUGS) >= 16


def test_every_case_says_what_is_expected():
    assert EXPECTED.keys() == set(Case)


def test_the_sections_of_a_newspaper_are_covered(articles):
    wanted = {"Politics", "Courts", "Sport", "Science", "News", "Business", "Health", "Weather", "World"}
    assert wanted <= {article.section for article in articles}


def test_newest_come_first_and_all_dates_are_of_that_november(articles):
    published = [article.published for article in articles]
    assert published == sorted(published, reverse=True)
    assert {(moment.year, moment.month) for moment in published} == {(2026, 11)}
    assert all(e.updated >= article.published for article in articles for e in article.editions)


def test_most_articles_are_in_british_english(articles):
    languages = Counter(article.language for article in articles)
    assert languages["en-GB"] > len(articles) / 2
    assert languages.keys() == {"en-GB", "en-US", "de"}


@pytest.mark.parametrize("slug", SLUGS)
def test_an_article_has_a_body_and_typical_boilerplate(of_slug, slug: str):
    article = of_slug(slug)
    for edition in article.editions:
        if article.case not in (Case.BRIEF, Case.LONG_READ, Case.PAYWALL_STUB):
            assert 6 <= len(edition.paragraphs) <= 15
        assert edition.boilerplate
        assert not set(edition.paragraphs) & set(edition.boilerplate)
        assert len(set(edition.paragraphs)) == len(edition.paragraphs)


@pytest.mark.parametrize("slug", SLUGS)
def test_the_desk_keeps_one_style_of_quotation_marks(of_slug, slug: str):
    article = of_slug(slug)
    text = "\n".join(paragraph for edition in article.editions for paragraph in edition.paragraphs)
    typographic = article.outlet.name is OutletName.WIRE
    assert not re.search(r"[\"']" if typographic else "[“”‘’]", text)
    assert text.count("“") == text.count("„" if article.language == "de" else "”")
    assert all(p.count('"') % 2 == 0 for edition in article.editions for p in edition.paragraphs)


def test_read_more_lines_stand_between_paragraphs(of_case):
    lines = [line for line in of_case(Case.READ_MORE).boilerplate if line.startswith("READ MORE: ")]
    assert len(lines) == 3


def test_the_comment_policy_stands_behind_the_body(of_case):
    kinds = [block.kind for block in of_case(Case.COMMENT_POLICY).at(1).blocks]
    assert kinds.count(BlockKind.COMMENT_POLICY) >= 5
    assert kinds.index(BlockKind.COMMENT_POLICY) > max(
        place for place, kind in enumerate(kinds) if kind is BlockKind.PARAGRAPH
    )


def test_the_live_blog_stamps_every_post_newest_first(of_case):
    blog = of_case(Case.LIVE_BLOG).at(1)
    stamps = [block.text for block in blog.blocks if block.kind is BlockKind.STAMP]
    assert len(stamps) >= 6
    assert all(re.fullmatch(r"\d\d:\d\d GMT", stamp) for stamp in stamps)
    assert stamps == sorted(stamps, reverse=True)


def test_the_agency_credit_is_the_last_line_but_the_copyright(of_case):
    edition = of_case(Case.AGENCY_CREDIT).at(1)
    (credit,) = edition.credits
    assert credit.startswith("(Reporting by ")
    assert edition.boilerplate[-2] == credit


def test_the_correction_says_when_it_was_made(of_case):
    article = of_case(Case.CORRECTION)
    (correction,) = article.at(1).corrections
    assert correction.startswith("This article was amended on 18 November 2026.")
    assert article.at(1).updated > article.published


def test_the_long_read_has_about_1500_words(of_case):
    edition = of_case(Case.LONG_READ).at(1)
    assert 1400 <= edition.word_count <= 1600
    assert edition.headings


def test_the_brief_has_60_words(of_case):
    assert of_case(Case.BRIEF).at(1).word_count == 60


def test_the_article_in_another_language_is_german(of_case):
    article = of_case(Case.OTHER_LANGUAGE)
    assert article.language == "de"
    words = Counter(" ".join(article.paragraphs).lower().split())
    assert words["die"] + words["der"] + words["und"] > 20


def test_the_twice_carried_article_differs_by_tracking_parameters_only(of_case):
    links = [urlsplit(link) for link in of_case(Case.CARRIED_TWICE).paths]
    assert len(links) == len(OutletName)
    assert len({link.query for link in links}) == len(links)
    assert {link.path for link in links} == {of_case(Case.CARRIED_TWICE).path}
    assert all(name.startswith("utm_") for link in links for name, _ in parse_qsl(link.query))


def test_the_failing_page_fails_in_the_first_edition_only(of_case, articles):
    assert of_case(Case.SERVER_ERROR).fails_in == {1}
    assert sum(bool(article.fails_in) for article in articles) == 1


def test_the_edited_article_alone_differs_between_the_editions(of_case, articles):
    assert [a.slug for a in articles if a.revisions > 1] == [of_case(Case.EDITED).slug]
    first, second = of_case(Case.EDITED).editions
    assert "Four people" in first.paragraphs[0]
    assert "Eleven people" in second.paragraphs[0]
    assert len(set(second.paragraphs) - set(first.paragraphs)) >= 3
    assert len(set(second.paragraphs) & set(first.paragraphs)) >= 4
    assert second.updated > first.updated


def test_the_failing_and_the_edited_article_are_in_different_feeds(of_case):
    """So that the feed with the failing page is answered 304 on the second poll, and the page is still due."""
    assert not of_case(Case.SERVER_ERROR).feed_links.keys() & of_case(Case.EDITED).feed_links.keys()


def test_each_way_to_hold_an_article_back_is_there_once(articles):
    held_back = {article.case: article.held_back for article in articles if article.held_back}
    assert held_back == {Case(way): way for way in HeldBack}
    assert [article.case for article in articles if article.full_text_feed] == [Case.CONSENT]
    assert {article.case for article in articles if not article.on_page} == {Case.CONSENT, Case.ROBOT_CHECK}


@pytest.mark.parametrize(
    ("case", "rejection", "flags", "revisions"),
    [
        (Case.CONSENT, None, {"consent", "text-from-feed"}, 1),
        (Case.PAYWALL_STUB, None, {"paywall-stub"}, 1),
        (Case.ROBOT_CHECK, "robot-check", set(), 0),
        (Case.BRIEF, None, set(), 1),
        (Case.EDITED, None, set(), 2),
    ],
)
def test_what_can_be_had_of_an_article(of_case, case: Case, rejection: str | None, flags: set[str], revisions: int):
    article = of_case(case)
    assert (article.rejection, article.flags, article.revisions) == (rejection, flags, revisions)


def test_the_stub_has_text_enough_and_ends_with_the_wall(of_case):
    stub = of_case(Case.PAYWALL_STUB).at(1)
    assert stub.word_count >= 100
    assert [block.kind for block in stub.blocks[-2:]] == [BlockKind.PAYWALL] * 2


def test_paths_are_unique(articles):
    assert len({article.path for article in articles}) == len(articles)


def test_a_link_to_an_article_that_does_not_exist_is_refused(tmp_path: Path):
    whole = (ARTICLES_DIR / "quake-northern-chile.md").read_text(encoding="utf-8")
    (tmp_path / "quake.md").write_text(whole + "\n[related:no-such-story] Related: nothing\n", encoding="utf-8")
    with pytest.raises(ArticleFileError, match="no-such-story"):
        load_articles(tmp_path)
