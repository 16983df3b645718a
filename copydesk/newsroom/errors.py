"""Errors of the demo newsroom. Each message names the file or value at fault and the remedy."""


class NewsroomError(Exception):
    """The newsroom cannot start or cannot do what was asked."""


class ArticleFileError(NewsroomError):
    """An article file does not follow the format described in `copydesk.newsroom.articlefile`."""


class EditionError(NewsroomError):
    """The edition asked for, or the one kept on disk, does not exist."""
