"""Article files lose nothing on the way out and in again, and a bad one says where it is bad."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.editing import STATUSES, Content
from knowledge.files import FOLDER, ArticleUnreadable, read_file, written

GOOD = written(
    "ny-1", "da", "published",
    Content(
        title="En titel", region_id="hovedstaden", audience=["medarbejder"], status="forslag", topic="ophold",
        keywords=["ord"], questions=[], owner="HR", contact_phone="", contact_link="", reviewed="2026-11-23",
        review_by="2027-05-23", expires_on="", source="Et forslag", related=[], body="Tekst.\n\n## Overskrift\n\nMere.",
    ),
)  # fmt: skip

words = st.text(st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n\t"), max_size=60)
lists = st.lists(words, max_size=4)
days = st.dates().map(date.isoformat)


@given(
    st.builds(
        Content, title=words, region_id=words, audience=lists, status=st.sampled_from(STATUSES), topic=words,
        keywords=lists, questions=lists, owner=words, contact_phone=words, contact_link=words, reviewed=days,
        review_by=days, expires_on=days | st.just(""), source=words, related=lists,
        body=words.map(lambda text: text.replace("\r", "\n")),
    )
)  # fmt: skip
def test_any_article_comes_back_as_it_was(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "one.md"
    path.write_text(written("en-artikel", "en", "retired", content), encoding="utf-8", newline="")
    file = read_file(path)
    assert (file.id, file.language, file.state, file.content) == ("en-artikel", "en", "retired", content)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.md")), ids=lambda path: path.stem)
def test_every_shipped_article_can_be_read(path):
    file = read_file(path)
    assert file.name.startswith(f"{file.id}-") and path.stem.endswith(f".{file.language}")


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("---\nid", "id", 1, "begin with a line ---"),
        ("topic: ophold", "topic: [ophold", 10, "cannot be read"),
        ("title: En titel", "title: 'En: titel", 5, "cannot be read"),
        ("topic: ophold\n", "", 2, "lacks topic"),
        ("topic: ophold", "topic: ophold\nfarve: blå", 11, "farve is not a key"),
        ("language: da", "language: sv", 3, "language must be one of da, en"),
        ("state: published", "state: kladde", 4, "state must be one of"),
        ("id: ny-1", "id: Ny artikel", 2, "small letters"),
        ("keywords:\n- ord", "keywords: ord", 11, "must be a list"),
        ("owner: HR", "owner: 12", 14, "quotation marks"),
        ("review_by: 2027-05-23", "review_by: snart", 18, "must be a date"),
    ],
)
def test_a_bad_file_is_named_with_its_line(tmp_path, old, new, line, reason):
    assert old in GOOD
    path = tmp_path / "daarlig.md"
    path.write_text(GOOD.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ArticleUnreadable, match=rf"daarlig\.md, line {line}: .*{reason}"):
        read_file(path)


def test_a_file_of_another_encoding_is_refused(tmp_path):
    (tmp_path / "gammel.md").write_bytes(GOOD.replace("En titel", "Sygeplejerske på ø").encode("latin-1"))
    with pytest.raises(ArticleUnreadable, match="UTF-8"):
        read_file(tmp_path / "gammel.md")
