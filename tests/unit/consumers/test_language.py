"""The language of a text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.language import UNKNOWN, identify_language


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("en", "The council voted on Tuesday to close the old harbour road for the winter."),
        ("de", "Die Fähren im Hafen sollen bis zum nächsten Frühjahr vollständig mit Strom fahren."),
        ("fr", "Le conseil a décidé mardi de fermer l'ancienne route du port pendant tout l'hiver."),
        ("es", "El consejo decidió el martes cerrar la antigua carretera del puerto durante el invierno."),
        (
            "zh",
            "市议会星期二投票决定在冬季关闭旧港口道路，居民们对此已经抱怨了两年，工程师说海堤已经移动，修理费用很高。",
        ),
        ("ar", "صوت المجلس يوم الثلاثاء على إغلاق طريق الميناء القديم خلال فصل الشتاء بعد شكاوى السكان"),
    ],
)
def test_languages_are_told_apart(code: str, text: str) -> None:
    language = identify_language(text)
    assert language.code == code
    assert language.confidence > 0.7


@pytest.mark.parametrize("text", ["", "Storm hits coast", "1 2 3 4 5 6 7 8 9 " * 20])
def test_too_little_text_is_unknown(text: str) -> None:
    assert identify_language(text) == UNKNOWN
    assert UNKNOWN.code == "und"


@given(st.text())
def test_any_text_has_an_answer(text: str) -> None:
    language = identify_language(text)
    assert 0 <= language.confidence <= 1
    assert (language.code == "und") == (language.confidence == 0)
