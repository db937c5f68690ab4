"""How an article changes: drafted, read by a second person, published, retired; and every version kept."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from difflib import SequenceMatcher
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.ext.asyncio import AsyncSession

from storage import article_drafts as stored
from storage import articles as live
from storage.article_drafts import ArticleDraft, ArticleVersion
from storage.articles import Article

STATUSES = ("forslag", "anbefaling", "besluttet", "afsluttet")
"""What a text may promise: less the further to the left."""

LONGEST_BODY = 60_000
"""Characters: about thirty pages, more than anybody reads in a chat."""
LONGEST_LINE = 300
MOST_LINES = 40
LANGUAGES = ("da", "en")
LINKS = ("https", "http", "mailto", "tel")

_IMAGE = re.compile(r"!\[[^\]]*\]\(")
_HTML = re.compile(r"<(?:/?[a-zA-Z][^>]*|!--.*?--)>", re.DOTALL)
_LINK = re.compile(r"\[[^\]]*\]\(\s*<?([^)\s>]+)")


class ArticleError(Exception):
    """An article could not be changed, for a reason the editor should read. `key` names the text."""

    key = "editing.error"

    def __init__(self, **values: Any) -> None:
        super().__init__(self.key)
        self.values = values


class NoSuchArticle(ArticleError):
    """There is no such article, draft or version (any more)."""

    key = "editing.no_such_article"


class EditConflict(ArticleError):
    """Somebody saved the draft after this editor opened it."""

    key = "editing.conflict"


class SecondReaderNeeded(ArticleError):
    """Whoever wrote the text may not be the one who publishes it."""

    key = "editing.second_reader_needed"


class NotReady(ArticleError):
    """The text has mistakes that must be put right before it goes out."""

    key = "editing.not_ready"


@dataclass(frozen=True)
class Content:
    """Everything an editor writes of an article."""

    title: str
    region_id: str
    audience: Sequence[str]
    status: str
    topic: str
    keywords: Sequence[str]
    questions: Sequence[str]
    owner: str
    contact_phone: str
    contact_link: str
    reviewed: str
    """ISO date."""
    review_by: str
    """ISO date."""
    expires_on: str
    """ISO date, or empty."""
    source: str
    related: Sequence[str]
    body: str


@dataclass(frozen=True)
class Problem:
    """A mistake in one field: the key of a sentence that says what to do, and whether it keeps the article in."""

    field: str
    key: str
    values: dict[str, Any]
    stops: bool = True


@dataclass(frozen=True)
class Line:
    """A line of a comparison: kept, gone or new."""

    kind: str
    words: str


def problems(content: Content, known_ids: Sequence[str]) -> list[Problem]:
    """What must, or should, be put right."""
    return [*_line_problems(content), *_date_problems(content), *_reference_problems(content, known_ids),
            *_body_problems(content.body)]  # fmt: skip


def difference(old: Content, new: Content) -> dict[str, list[Line]]:
    """What changed, by field: lines that went and lines that came, and the lines around them in the body."""
    changed = {}
    for field in fields(Content):
        before, after = (_as_lines(getattr(content, field.name)) for content in (old, new))
        if before != after:
            changed[field.name] = compared(before, after)
    return changed


def new_id(title: str, taken: Sequence[str]) -> str:
    """An id made of the title, that no article has: letters a–z, digits and hyphens."""
    spelled = title.lower().replace("æ", "ae").replace("ø", "oe").replace("å", "aa")
    plain = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode()
    slug = "-".join(re.findall(r"[a-z0-9]+", plain)[:6]) or "artikel"
    candidate, number = slug, 2
    while candidate in taken:
        candidate, number = f"{slug}-{number}", number + 1
    return candidate


async def open_draft(db: AsyncSession, article_id: str, language: str) -> tuple[Content, ArticleDraft | None]:
    """What an editor sees when they open an article: the draft, else the live text. Raises NoSuchArticle."""
    draft = await stored.draft(db, article_id, language)
    if draft is not None:
        return Content(**draft.content), draft
    article = await live.get(db, article_id, language)
    if article is None:
        raise NoSuchArticle
    return content_of(article), None


async def begin(db: AsyncSession, article_id: str, language: str, content: Content, editor: str, now: datetime) -> None:
    """Begin a new article, or an article in another language. Raises EditConflict if somebody did already."""
    if await stored.draft(db, article_id, language) or await live.get(db, article_id, language):
        raise EditConflict
    await stored.add_draft(db, article_id, language, asdict(content), editor, now)


async def save(
    db: AsyncSession, article_id: str, language: str, content: Content, revision: int, *, editor: str, now: datetime
) -> int:
    """Save a draft; its new revision. `revision` 0: there was no draft. Raises EditConflict, NoSuchArticle.

    A text that changed after it was sent for review goes back to being a draft.
    """
    if revision == 0:
        if await stored.draft(db, article_id, language):
            raise EditConflict
        if await live.get(db, article_id, language) is None:
            raise NoSuchArticle
        await stored.add_draft(db, article_id, language, asdict(content), editor, now)
        return 1
    saved = await stored.save_draft(
        db, article_id, language, revision, editor=editor, now=now, content=asdict(content), state="draft"
    )
    if not saved:
        raise EditConflict
    return revision + 1


async def send_to_review(db: AsyncSession, article_id: str, language: str, revision: int) -> None:
    """Ask a second reader. Raises EditConflict, NoSuchArticle, NotReady."""
    draft = await _draft_at(db, article_id, language, revision)
    await _refuse_mistakes(db, Content(**draft.content))
    draft.state = "review"
    await db.flush()


async def discard(db: AsyncSession, article_id: str, language: str, revision: int) -> None:
    """Throw a draft away; the live text stays. Raises EditConflict, NoSuchArticle."""
    await _draft_at(db, article_id, language, revision)
    await stored.drop_draft(db, article_id, language)


async def publish(
    db: AsyncSession,
    article_id: str,
    language: str,
    revision: int,
    *,
    editor: str,
    now: datetime,
    second_reader: bool = True,
) -> int:
    """Let the draft be the text that employees read; the number of the version.

    Raises EditConflict, NoSuchArticle, NotReady, and SecondReaderNeeded if the editor saved it last themselves and
    somebody else must have read it.
    """
    draft = await _draft_at(db, article_id, language, revision)
    if second_reader and (draft.saved_by == editor or draft.state != "review"):
        raise SecondReaderNeeded
    content = Content(**draft.content)
    await _refuse_mistakes(db, content)
    await _keep_what_was_there(db, article_id, language)
    await db.merge(as_article(article_id, language, content, now))
    await stored.drop_draft(db, article_id, language)
    return await stored.add_version(db, article_id, language, asdict(content), "published", editor=editor, now=now)


async def retire(db: AsyncSession, article_id: str, language: str, editor: str, now: datetime) -> None:
    """Take the article away from employees. It can be published again. Raises NoSuchArticle."""
    article = await live.get(db, article_id, language)
    if article is None or article.state == "retired":
        raise NoSuchArticle
    await _keep_what_was_there(db, article_id, language)
    article.state, article.file_digest, article.changed_at = "retired", "", now
    await stored.add_version(db, article_id, language, asdict(content_of(article)), "retired", editor=editor, now=now)


async def retire_expired(db: AsyncSession, now: datetime) -> int:
    """Retire the articles whose last day has passed. How many."""
    gone = await live.expired(db, now.date())
    for article in gone:
        await retire(db, article.id, article.language, "", now)
    return len(gone)


async def bring_back(
    db: AsyncSession, article_id: str, language: str, number: int, *, editor: str, now: datetime
) -> None:
    """Make a draft of an old version. Raises NoSuchArticle, and EditConflict if somebody is writing another one."""
    wanted = next((one for one in await stored.versions(db, article_id, language) if one.number == number), None)
    if wanted is None:
        raise NoSuchArticle
    if await stored.draft(db, article_id, language):
        raise EditConflict
    await stored.add_draft(db, article_id, language, dict(wanted.content), editor, now)


async def history(db: AsyncSession, article_id: str, language: str) -> Sequence[ArticleVersion]:
    """Every version, the newest first."""
    return await stored.versions(db, article_id, language)


async def drafts(db: AsyncSession) -> Sequence[ArticleDraft]:
    """All drafts."""
    return await stored.drafts(db)


async def all_articles(db: AsyncSession) -> Sequence[Article]:
    """All articles that are or were published."""
    return await live.all_of_them(db)


async def live_article(db: AsyncSession, article_id: str, language: str) -> Article | None:
    """The article that is or was published."""
    return await live.get(db, article_id, language)


def content_of(article: Article) -> Content:
    """What an editor may change of a live article."""
    return Content(**{field.name: _plain(getattr(article, field.name)) for field in fields(Content)})


def as_article(
    article_id: str, language: str, content: Content, now: datetime, *, state: str = "published", file_digest: str = ""
) -> Article:
    """The live article with this content."""
    values = asdict(content)
    for name in ("reviewed", "review_by"):
        values[name] = date.fromisoformat(values[name])
    values["expires_on"] = date.fromisoformat(content.expires_on) if content.expires_on else None
    return Article(id=article_id, language=language, **values, state=state, file_digest=file_digest, changed_at=now)


def _plain(value: Any) -> Any:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else value


async def _draft_at(db: AsyncSession, article_id: str, language: str, revision: int) -> ArticleDraft:
    draft = await stored.draft(db, article_id, language)
    if draft is None:
        raise NoSuchArticle
    if draft.revision != revision:
        raise EditConflict
    return draft


async def _refuse_mistakes(db: AsyncSession, content: Content) -> None:
    known = [article.id for article in await live.all_of_them(db)]
    if any(problem.stops for problem in problems(content, known)):
        raise NotReady


async def _keep_what_was_there(db: AsyncSession, article_id: str, language: str) -> None:
    """Before its first change at the desk, keep the text that came from a file as the first version."""
    article = await live.get(db, article_id, language)
    if article is not None and not await stored.versions(db, article_id, language):
        await stored.add_version(
            db, article_id, language, asdict(content_of(article)), "published", editor="", now=article.changed_at
        )


def _line_problems(content: Content) -> list[Problem]:
    found = []
    for name in ("title", "owner", "source"):
        if not getattr(content, name).strip():
            found.append(Problem(name, "editing.empty", {}))
    for name in ("title", "owner", "source", "contact_phone", "contact_link", "topic"):
        if len(getattr(content, name)) > LONGEST_LINE:
            found.append(Problem(name, "editing.too_long", {"longest": LONGEST_LINE}))
    for name in ("keywords", "questions", "related", "audience"):
        lines = getattr(content, name)
        if len(lines) > MOST_LINES or any(len(line) > LONGEST_LINE for line in lines):
            found.append(Problem(name, "editing.too_many", {"most": MOST_LINES, "longest": LONGEST_LINE}))
    if content.status not in STATUSES:
        found.append(Problem("status", "editing.choose", {}))
    return found


def _date_problems(content: Content) -> list[Problem]:
    found = []
    for name, may_be_empty in (("reviewed", False), ("review_by", False), ("expires_on", True)):
        value = getattr(content, name)
        if not (may_be_empty and not value) and not is_date(value):
            found.append(Problem(name, "editing.no_date", {}))
    return found


def _reference_problems(content: Content, known_ids: Sequence[str]) -> list[Problem]:
    found = []
    if unknown := [one for one in content.related if one not in known_ids]:
        found.append(Problem("related", "editing.unknown_articles", {"ids": ", ".join(unknown)}))
    if content.contact_link and urlsplit(content.contact_link).scheme not in LINKS:
        found.append(Problem("contact_link", "editing.bad_link", {"link": content.contact_link}))
    if not content.questions:
        found.append(Problem("questions", "editing.no_questions", {}, stops=False))
    return found


def _body_problems(body: str) -> list[Problem]:
    found = []
    if not body.strip():
        found.append(Problem("body", "editing.empty", {}))
    if len(body) > LONGEST_BODY:
        found.append(Problem("body", "editing.body_too_long", {"longest": LONGEST_BODY, "length": len(body)}))
        return found
    for link in _LINK.findall(body):
        if urlsplit(link).scheme and urlsplit(link).scheme.lower() not in LINKS:
            found.append(Problem("body", "editing.bad_link", {"link": link[:80]}))
    if _IMAGE.search(body):
        found.append(Problem("body", "editing.no_images", {}, stops=False))
    if _HTML.search(body):
        found.append(Problem("body", "editing.no_html", {}, stops=False))
    return found


def is_date(value: str) -> bool:
    """True for a day as computers write it: 2027-01-31."""
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _as_lines(value: str | Sequence[str]) -> list[str]:
    return value.splitlines() if isinstance(value, str) else list(value)


def compared(before: list[str], after: list[str]) -> list[Line]:
    """What became of lines: kept, gone and new ones, in order."""
    lines = []
    for what, start, end, new_start, new_end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what == "equal":
            lines += [Line("kept", words) for words in before[start:end]]
        else:
            lines += [Line("gone", words) for words in before[start:end]]
            lines += [Line("new", words) for words in after[new_start:new_end]]
    return lines
