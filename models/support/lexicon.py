"""Word lists that several checks share."""

from typing import Final


def words(listed: str) -> tuple[str, ...]:
    """The words of a list, in its order."""
    return tuple(listed.split())


STOP: Final = frozenset(
    words("""
    a about above after again against ahead all almost along also although am among an and another any apart are
    around as at away back be became because become been before being below between both but by came can come could
    despite did do does doing done down during each early either else ever every few for former from further get gets
    getting got had half has have having he her here hers him his how however i if in including instead into is it its
    itself just last late later least less like many may me meanwhile might more most much must my near nearly neither
    new next no nobody none nor not nothing now of off often on once one only onto or other others our out over own per
    same she should since so some still such than that the their them then there these they this those though through
    thus to together too toward towards under until up upon us very was we were what when where whether which while who
    whom whose why will with within without would yet you your s t d ll re ve
    """)
)
#: Verbs that say who says something; "according" with them.
SPEECH: Final = frozenset(
    words("""
    said say says saying told tell tells telling according added add adds announced announce reported report reports
    stated warned warn wrote write writes called call calls spoke described admitted acknowledged argued claimed
    promised explained insisted noted predicted recalled replied revealed suggested thanked credited praised blamed
    """)
)
#: Ways to open a sentence of news that are no names and need not stand in the article.
OPENERS: Final = frozenset(
    words("""
    additionally afterwards anyone apart authorities campaigners children companies critics customers doctors dozens
    earlier employees everyone everything experts families fans firefighters firms government hackers half here however
    hundreds investigators investors journalists lawyers leaders lawmakers locals maybe members meanwhile men
    ministers moreover motorists neighbours nearby nevertheless officers officials opponents organisers otherwise
    parents passengers patients people perhaps photo pictured police previously prosecutors protesters pupils reports
    rescuers researchers residents scores scientists several shares sources staff students supporters teachers team
    tens thieves thousands today together tomorrow tonight unions unlike victims video visitors volunteers voters
    witnesses women workers yesterday
    """)
)
#: Words with a capital that say what somebody is, not who; they part no name and need not stand beside it.
TITLES: Final = frozenset(
    words("""
    mr mrs ms miss dr prof professor sir dame lord lady president vice prime minister premier chancellor king queen
    prince princess judge justice senator governor mayor captain general colonel chief police secretary ambassador
    bishop pope rev reverend mp msp ceo cfo director chairman chairwoman chair coach
    """)
)
