"""Every text exists in both languages, every key that the code names exists, and every text is used."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.desk.career import SHOW
from bot.desk.career_form import SAYS
from dialogs.wording import LOCALES, placeholders, texts
from guidance.disclosures import FACTS
from guidance.feedback import QUESTIONS
from guidance.placement_terms import RESPONSIBILITIES
from guidance.placement_workflow import REASONS, ROLES, STATES, TABLE
from guidance.placements import LENGTHS
from guidance.schemes import RANGES
from guidance.swap_sets import MOST_WISHES
from knowledge.editing import Content

ROOT = Path(__file__).parents[2]
KEYS = texts("da").keys()
GROUPS = {key.partition(".")[0] for key in KEYS}

FAMILIES = {
    "topic.": "guidance.appointments.TOPICS",
    "status.": "what the front matter of articles may say",
    "placement_status.": "storage.placements.Placement.status",
    "case_state.": "storage.cases.Case.state",
    "length.": "guidance.placements.LENGTHS",
    "delivery.": "storage.chats.Message.delivery",
    "chat.side_": "storage.chats.Message.side",
    "desk.side_": "storage.chats.Message.side",
    "notice.": "guidance.notices.KINDS",
    "privacy.kept_": "storage.cases.Case.kind",
    "placement.": "guidance.placements.LENGTHS, the two kinds only",
    "status_name.": "what the front matter of articles may say",
    "audience.": "bot.desk.article_form.AUDIENCES",
    "articles.part_": "knowledge.editing.Content",
    "articles.show_": "the filters of the list of articles",
    "articles.language_": "knowledge.editing.LANGUAGES",
    "articles.other_language_": "knowledge.editing.LANGUAGES",
    "articles.draft_": "storage.article_drafts.ArticleDraft.state",
    "articles.has_": "storage.article_drafts.ArticleDraft.state",
    "questions.outcome_": "knowledge.asked.Outcome",
    "articles.version_": "storage.article_drafts.ArticleVersion.state",
    "placement.change_": "the parts of a wish",
    "synonym.in_": "knowledge.synonyms.LANGUAGES",
    "trying.outcome_": "knowledge.trying.Outcome",
    "region.no_": "the services that a region can switch on",
    "career_desk.field_": "the keys of the rows of career paths",
    "career_desk.new_": "knowledge.career_reading.KINDS",
    "career_desk.remove_": "knowledge.career_reading.KINDS",
    "career_desk.show_": "bot.desk.career.SHOW",
    "career_desk.text_": "knowledge.career_paths.LANGUAGES",
    "career_desk.version_": "storage.career.CareerItem.state",
    "career_desk.wrong_": "the mistakes that bot.desk.career_form can tell",
    "way.": "guidance.appointments.WAYS, what each is, who learns what, and where",
    "weekday.": "days of the week, Monday being 0",
    "appointment.": "how hours that somebody asked for are read back",
    "appointment.in_": "dialogs.wording.LOCALES",
    "chat.sign_": "guidance.identifying.signs()",
    "overview.case_": "storage.cases.Case.kind",
    "chat.i_": "what somebody can tell of themselves",
    "feedback.helped_": "guidance.feedback.QUESTIONS",
    "feedback.left_": "guidance.feedback.QUESTIONS",
    "reminder.": "guidance.quiet_hours.BEFORE, and none",
    "desk.done_": "bot.desk.case_actions.ACTIONS",
    "desk.propose_": "the three times that can be proposed",
    "board.state_": "guidance.placement_workflow.STATES",
    "board.next_": "guidance.placement_workflow.STATES",
    "board.role_": "guidance.placement_workflow.ROLES",
    "board.did_": "guidance.placement_workflow.TABLE",
    "board.kind_": "guidance.placements.LENGTHS",
    "board.responsible_": "guidance.placement_terms.RESPONSIBILITIES",
    "board.fact_": "guidance.disclosures.FACTS",
    "flag.": "guidance.placements.flags()",
    "scheme.": "guidance.schemes.RANGES",
    "costs.for_": "the two who decide",
    "decide.asked_": "the two who decide",
    "decide.you_said_": "what they can say",
    "decide.now_": "guidance.placement_workflow.STATES, once somebody has decided",
    "swap.wish_": "guidance.swap_sets.MOST_WISHES",
    "swap.rank_": "guidance.swap_sets.MOST_WISHES",
    "swap.state_": "storage.swaps.SwapSet.state",
    "swap.answer_": "storage.swaps.SwapMember.answer",
    "stay_next.": "guidance.placement_workflow.STATES",
    "told.": "guidance.disclosures.FACTS",
    "responsible.": "guidance.placement_terms.RESPONSIBILITIES",
    "reason.": "guidance.placement_workflow.REASONS",
    "stay.": "what only the employee decides, asked once more",
    "stay.really_": "what only the employee decides, asked once more",
    "feedback.": "guidance.feedback.QUESTIONS, by question and answer",
}
"""Keys that are put together while running: f"topic.{topic}"."""

MADE = {
    *(f"topic.{one}" for one in ("direction", "education", "stay", "thriving", "other")),
    *(f"status.{one}" for one in ("forslag", "anbefaling", "besluttet", "afsluttet")),
    *(f"{family}.{one}" for family in ("placement_status", "stay_next") for one in STATES),
    *(f"board.{what}_{one}" for what in ("state", "next") for one in STATES),
    *(f"decide.now_{one}" for one in STATES),
    *(f"board.role_{one}" for one in ROLES),
    *(f"board.did_{decision}" for _, _, decision in TABLE),
    *(f"board.kind_{one}" for one in LENGTHS),
    *(f"board.responsible_{one}" for one in RESPONSIBILITIES),
    *(f"board.fact_{one}" for facts in FACTS.values() for one in facts),
    *(f"flag.{one}" for one in ("tenure", "tenure_unknown", "length")),
    *(f"scheme.{one}" for one in RANGES),
    *(f"costs.for_{one}" for one in ("host", "manager")),
    *(f"decide.asked_{one}" for one in ("host", "manager")),
    *(f"decide.you_said_{one}" for one in ("approve", "refuse")),
    *(f"swap.{what}_{one}" for what in ("wish", "rank") for one in range(1, MOST_WISHES + 1)),
    *(f"swap.state_{one}" for one in ("asked", "agreed")),
    *(f"swap.answer_{one}" for one in ("yes", "no", "none")),
    *(f"told.{one}" for facts in FACTS.values() for one in facts),
    *(f"responsible.{one}" for one in RESPONSIBILITIES),
    *(f"reason.{one}" for one in REASONS),
    *(f"stay.{what}{one}" for what in ("really_", "") for one in ("refuse", "take_back", "withdraw") if what),
    *(f"stay.{one}_yes" for one in ("refuse", "take_back", "withdraw")),
    *(f"stay.{one}" for one in ("ask_host", "ask_manager")),
    *(f"feedback.{question}_{one}" for question in ("learned", "moved_on", "stay_kept") for one in QUESTIONS[question]),
    *(f"case_state.{one}" for one in ("open", "closed")),
    *(f"length.{one}" for one in ("1_day", "2_days", "3_days", "1_week", "1_month", "2_months", "3_months", "other")),
    *(f"delivery.{one}" for one in ("sent", "delivered", "failed")),
    *(f"{where}.side_{one}" for where in ("chat", "desk") for one in ("employee", "staff", "bot")),
    *(f"notice.{one}" for one in ("appointment_booked", "appointment_moved", "appointment_cancelled", "case_erased",
                                  "message_to_employee", "message_to_staff", "placement_submitted",
                                  "decision_asked", "decision_late", "stay_off", "stay_approved",
                                  "appointment_reminder", "case_handed_over", "somebody_waits",
                                  "case_silent", "case_ended", "case_ended_by_employee", "advisor_changed",
                                  "times_proposed", "times_are_free", "acute_help", "placement_moved",
                                  "stay_news", "swap_asked", "swap_off",
                                  "swap_none", "swap_ready",
                                  "stay_over", "decisions_wait", "nobody_left", "waits_no_longer",
                                  "remark_written")),
    *(f"overview.case_{one}" for one in ("appointment", "placement", "waiting")),
    *(f"privacy.kept_{one}" for one in ("appointment", "placement", "waiting")),
    *(f"way.{one}" for one in ("chat", "phone", "place", "video")),
    *(f"way.{one}_who" for one in ("chat", "phone", "place", "video")),
    *(f"way.{one}_where" for one in ("phone", "place")),
    *(f"weekday.{one}" for one in range(7)),
    *(f"appointment.{one}" for one in ("from", "until", "between", "in_da", "in_en")),
    *(f"chat.sign_{one}" for one in ("name", "mail", "phone", "number", "workplace")),
    *(f"chat.i_{one}" for one in ("name", "phone")),
    *(f"feedback.helped_{one}" for one in range(1, 6)),
    *(f"feedback.left_{one}" for one in ("yes", "no", "unsure")),
    *(f"reminder.{one}" for one in ("day", "hour", "none")),
    *(f"desk.done_{one}" for one in ("hand_over", "decline", "propose", "note", "acute", "close", "block", "lift")),
    *(f"desk.propose_{one}" for one in ("first", "second", "third")),
    *(f"placement.{one}" for one in ("snusepraktik", "udveksling")),
    *(f"placement.change_{one}" for one in ("what", "when", "who", "why")),
    *(f"{family}.{one}" for family in ("status_name",) for one in ("forslag", "anbefaling", "besluttet", "afsluttet")),
    *(f"audience.{one}" for one in ("medarbejder", "leder", "hr", "studerende", "vaert")),
    *(f"synonym.in_{language}" for language in ("da", "en")),
    *(f"trying.outcome_{outcome}" for outcome in ("missed", "offered", "right")),
    *(f"articles.show_{one}" for one in ("overdue", "expiring", "drafts", "review", "retired")),
    *(f"articles.{what}_{one}" for what in ("language", "other_language") for one in ("da", "en")),
    *(f"articles.{what}_{one}" for what in ("draft", "has") for one in ("draft", "review")),
    *(f"questions.outcome_{one}" for one in ("answered", "offered", "nothing")),
    *(f"articles.version_{one}" for one in ("published", "retired")),
    *(f"articles.part_{one}" for one in Content.__dataclass_fields__),
    *(f"region.no_{one}" for one in ("advice", "placements")),
    *(f"career_desk.field_{one}" for one in ("from", "to", "status", "regions", "articles", "review_by", "name",
                                            "about", "checked_by_hr", "others", "endings", "not", "common", "text")),
    *(f"career_desk.{what}_{one}" for what in ("new", "remove") for one in ("source", "post", "step")),
    *(f"career_desk.show_{one}" for one in SHOW),
    *(f"career_desk.text_{one}" for one in ("da", "en")),
    *(f"career_desk.version_{one}" for one in ("kept", "removed")),
    *(f"career_desk.wrong_{one}" for one in (*SAYS, "other")),
}  # fmt: skip

_KEY = re.compile(r"[a-z_]+\.[a-z0-9_]+")
_IN_TEMPLATE = re.compile(r"""["']([a-z_]+\.[a-z0-9_]+)["']""")
_MADE_IN_TEMPLATE = re.compile(r"""["']([a-z_]+\.[a-z0-9_]*)["']\s*~""")


def _sources() -> Iterator[Path]:
    for folder in ("dialogs", "bot", "guidance", "knowledge"):
        yield from (ROOT / folder).rglob("*.py")


def _named_in_code() -> tuple[set[str], set[str]]:
    """Keys that stand in the code as they are, and the beginnings of those put together."""
    whole, begun = set(), set()
    for path in _sources():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr) and node.values and isinstance(node.values[0], ast.Constant):
                begun.add(str(node.values[0].value))
        prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
        whole |= {
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose | inside
        }
    return whole, begun


def _named_in_templates() -> tuple[set[str], set[str]]:
    whole, begun = set(), set()
    for path in [*(ROOT / "bot").rglob("*.html")]:
        text = path.read_text(encoding="utf-8")
        begun |= set(_MADE_IN_TEMPLATE.findall(text))
        whole |= set(_IN_TEMPLATE.findall(text))
    return whole, begun


CODE, CODE_BEGUN = _named_in_code()
TEMPLATES, TEMPLATES_BEGUN = _named_in_templates()


def _looks_like_a_key(text: str) -> bool:
    return _KEY.fullmatch(text) is not None and text.partition(".")[0] in GROUPS and not text.endswith(".html")


def test_both_languages_have_the_same_keys():
    danish, english = (set(texts(locale)) for locale in LOCALES)
    assert danish - english == set() and english - danish == set()


@pytest.mark.parametrize("locale", LOCALES)
def test_no_text_is_empty(locale):
    assert [key for key, text in texts(locale).items() if not text.strip()] == []


def test_both_languages_fill_in_the_same_values():
    differ = {key for key in KEYS if placeholders(texts("da")[key]) != placeholders(texts("en")[key])}
    assert differ == set()


def test_texts_differ_between_the_languages():
    """A text that was copied and not translated."""
    same = {key for key in KEYS if texts("da")[key] == texts("en")[key] and len(placeholders(texts("da")[key])) == 0}
    assert same <= {
        "web.title", "web.send", "desk.demo", "desk.side_bot", "fact.status", "fact.region",
        "articles.part_region_id", "articles.find", "articles.tool_link", "board.end",
    }  # fmt: skip


def test_every_key_in_the_code_exists():
    from dialogs import FLOWS
    from dialogs.flow import Flow

    assert FLOWS
    not_texts = set(Flow.verbs) | set(Flow.steps) | {"chat.update"}  # a method of Slack's
    named = {text for text in CODE | TEMPLATES if _looks_like_a_key(text)} - not_texts
    missing = {key for key in named if key not in KEYS and not any(key in family for family in FAMILIES)}
    assert missing == set()


def test_every_family_in_the_code_is_listed():
    begun = {b for b in CODE_BEGUN | TEMPLATES_BEGUN if re.fullmatch(r"[a-z_]+\.[a-z0-9_]*", b)}
    begun = {b for b in begun if b.partition(".")[0] in GROUPS}
    assert begun == set(FAMILIES)


def test_every_member_of_a_family_exists():
    assert MADE - set(KEYS) == set()


def test_every_text_is_used():
    assert set(KEYS) - CODE - TEMPLATES - MADE == set()


def test_the_families_are_those_that_the_rules_know():
    """The list above is written by hand. This compares it with what the code can put in."""
    from guidance.appointments import TOPICS
    from guidance.notices import KINDS
    from guidance.placements import LENGTHS

    assert {f"topic.{topic}" for topic in TOPICS} <= MADE
    assert {f"notice.{kind}" for kind in KINDS} <= MADE
    assert {f"length.{length}" for lengths in LENGTHS.values() for length in lengths} <= MADE
    assert {f"placement.{kind}" for kind in LENGTHS} <= MADE
