"""Every message as people get it, with invented people, to look at: ``noaber mail preview``.

Nothing is sent, and no database of anybody is opened: the people stand in one that exists only in memory.
"""

from seeds.previews.making import Letter, letters
from seeds.previews.pages import pages, serve, write

__all__ = ["Letter", "letters", "pages", "serve", "write"]
