"""What a conversation is made of: a Turn comes in, a Reply goes out, and a Flow is a set of steps between them."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any, Literal, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from guidance.cases import Participant
from knowledge.articles import Found, Library
from knowledge.search import Question

MOST_STEPS_BACK = 20
MOST_PARKED = 3


@dataclass(frozen=True)
class Say:
    """A text by its key, with the values that stand in it."""

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Plain:
    """Words that are no text of ours: a name, a title, what somebody wrote."""

    words: str


Line = Say | Plain


@dataclass(frozen=True)
class Button:
    """Something to tap.

    With `value` it answers the question it stands under, once. With `do` it calls a verb that is safe at any time.
    With `url` it opens a page.
    """

    label: Line
    value: Mapping[str, Any] | None = None
    do: str = ""
    args: Mapping[str, str] = field(default_factory=dict)
    url: str = ""


@dataclass(frozen=True)
class Field:
    """Something to fill in. `options` are pairs of value and label for a choice."""

    name: str
    kind: Literal["text", "long_text", "date", "choice"]
    label: Line
    options: Sequence[tuple[str, Line]] = ()
    required: bool = False
    value: str = ""
    longest: int = 0


@dataclass(frozen=True)
class Quote:
    """A passage of an article, shown word for word, and where it stands. `markdown` is HR's text."""

    title: str
    heading: str
    markdown: str
    language: str
    url: str = ""
    """Where the whole article stands, from the root of the site."""
    details: Sequence[Line] = ()


@dataclass(frozen=True)
class Picture:
    """A drawing of ours. Each channel takes the format that it can show."""

    path: str
    """The page that shows it, from the root of the site. With the ending of a format it is the picture itself."""
    alt: Line
    """What it shows, for who does not see it."""
    query: str = ""


@dataclass(frozen=True)
class Reply:
    """One message of the bot. The channel renders it; nothing here knows how."""

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)
    facts: Sequence[tuple[Line, Any]] = ()
    quote: Quote | None = None
    picture: Picture | None = None
    words: str = ""
    """What somebody wrote, shown as it stands."""
    fields: Sequence[Field] = ()
    closing: Line | None = None
    """A last line, right above the buttons."""
    buttons: Sequence[Button] = ()
    next_step: Step | None = None
    urgent: bool = False
    keep: bool = False
    """True when there is now something to come back to: the web chat then shows its receipt."""
    stay: bool = False
    """True when the reply leaves the conversation where it stands."""


@dataclass
class Turn:
    """What a step may know: the words and the tap, the draft so far, the time, and ways to the rules and articles."""

    db: AsyncSession = field(repr=False)
    participant: Participant = field(repr=False)
    knowledge: Library = field(repr=False)
    now: datetime
    state: State
    is_first: Callable[[str], Awaitable[bool]] = field(repr=False)
    """True the first time in a week that this is done in this conversation."""
    question: Question = field(default=Question(""), repr=False)
    """The words as the search understands them."""
    topic: str = ""
    """The article that the last answer came from, if the words seem to go on from there."""
    opinion: Sequence[Found] = ()
    """Answers that a language model chose among those found, where none of them is sure; usually there is no model."""
    copied: bool = False
    """True where the employer's platform keeps a copy of what is said: in Teams and Slack."""
    own_name: str = field(default="", repr=False)
    """What the channel calls the person. Only to be compared with what they write."""
    answered_from: str = ""
    """Set by an answer: the article that it comes from."""
    value: Mapping[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """What was written."""
        return self.question.text

    @property
    def locale(self) -> str:
        """Language of the conversation: da or en."""
        return self.state.locale

    @property
    def memory(self) -> dict[str, Any]:
        """The draft: what the employee has answered in this flow."""
        return self.state.memory


Ask = Callable[[Turn], Awaitable[Reply]]
Answer = Callable[[Turn], Awaitable["Step | Reply"]]
AnAnswer = TypeVar("AnAnswer", bound=Answer)


@dataclass(eq=False)
class Step:
    """One question. Asking changes nothing, so it can be asked again after an interruption, an error or "back"."""

    name: str
    ask: Ask
    on_answer: Answer | None = None
    takes_text: bool = False
    """Typed words are an answer, not only taps."""
    reads: Callable[[str], Any] | None = None
    """Typed words are an answer if this makes something of them, beside the taps."""
    listens: bool = False
    """Every word is an answer, questions too: the employee is talking to a person."""
    names_subject: bool = False
    """The answer names a subject of work: a bare "selvskade" is one, and no cry for help."""
    if_refused: Step | None = None
    """The question to go back to when the answer could not be carried out. This one, if None."""

    @property
    def flow(self) -> str:
        """The name of the flow that it belongs to."""
        return self.name.partition(".")[0]

    def answer(self, function: AnAnswer) -> AnAnswer:
        """Decorator: what to do with the answer to this question."""
        self.on_answer = function
        return function


class Flow:
    """A subject of conversation: its steps, the verbs of its buttons, and the intents that start it."""

    steps: dict[str, Step] = {}  # noqa: RUF012  # all flows together: a state names a step, a button a verb
    verbs: dict[str, Answer] = {}  # noqa: RUF012
    intents: dict[str, Answer] = {}  # noqa: RUF012

    def __init__(self, name: str) -> None:
        self.name = name

    def step(
        self,
        *,
        takes_text: bool = False,
        reads: Callable[[str], Any] | None = None,
        listens: bool = False,
        names_subject: bool = False,
    ) -> Callable[[Ask], Step]:
        """Decorator: the function asks this question."""

        def register(ask: Ask) -> Step:
            step = Step(
                f"{self.name}.{ask.__name__}",
                ask,
                takes_text=takes_text or listens,
                reads=reads,
                listens=listens,
                names_subject=names_subject,
            )
            self.steps[step.name] = step
            return step

        return register

    def verb(self, name: str) -> Callable[[AnAnswer], AnAnswer]:
        """Decorator: what a button with this verb does. Its arguments stand in `turn.value`."""

        def register(function: AnAnswer) -> AnAnswer:
            self.verbs[f"{self.name}.{name}"] = function
            return function

        return register

    def intent(self, *names: str) -> Callable[[AnAnswer], AnAnswer]:
        """Decorator: what to do when the employee's words mean this. It becomes a verb of the same name too."""

        def register(function: AnAnswer) -> AnAnswer:
            for name in names:
                self.intents[name] = function
                self.verbs[name] = function
            return function

        return register


@dataclass
class Pick:
    """A button of the open question, as the conversation remembers it: nothing of it lies in the card."""

    label: str
    value: dict[str, Any]
    is_name: bool = False
    """The label is the name of something, which may be said in a sentence."""


@dataclass
class State:
    """Where a conversation stands between two turns."""

    locale: str = "da"
    locale_chosen: bool = False
    step: str = ""
    memory: dict[str, Any] = field(default_factory=dict)
    history: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    parked: list[tuple[str, dict[str, Any], list[tuple[str, dict[str, Any]]]]] = field(default_factory=list)
    """Flows that were left in the middle for another one, the last one last."""
    card: str = ""
    """The nonce of the open question. Buttons with another one are old."""
    picks: list[Pick] = field(default_factory=list)
    fields: list[str] = field(default_factory=list)
    """The names of what the open question lets people fill in."""
    answered_card: str = ""
    """The nonce of the question that was tapped last, to know a repeated tap."""
    region: str = ""
    """The region the employee works in, once they have said so."""

    @classmethod
    def load(cls, data: dict[str, Any] | None) -> State:
        """The state as it was saved. A step that no longer exists is forgotten, not an error."""
        if data is None:
            return cls()
        known = {name: value for name, value in data.items() if name in cls.__dataclass_fields__}
        state = cls(**known)
        state.picks = [Pick(**pick) for pick in data.get("picks", [])]
        if state.step not in Flow.steps:
            state.end()
        state.history = [(name, memory) for name, memory in state.history if name in Flow.steps]
        state.parked = [left for left in state.parked if left[0] in Flow.steps]
        return state

    def dump(self) -> dict[str, Any]:
        """What to save."""
        return asdict(self)

    @property
    def is_blank(self) -> bool:
        """True if there is nothing to remember. The language alone is seen again in the next message."""
        return self.locale_chosen is False and replace(self, locale="da") == State()

    def open_step(self) -> Step | None:
        """The question that waits for an answer."""
        return Flow.steps.get(self.step)

    def enter(self, step: Step, before: dict[str, Any] | None = None) -> None:
        """Make this the open question; the one before can be gone back to, with the draft as it was then."""
        if self.step and self.step != step.name and before is not None:
            self.history = [*self.history, (self.step, before)][-MOST_STEPS_BACK:]
        self.step = step.name

    def park(self) -> None:
        """Leave the open question for another flow. It can be taken up again."""
        if self.step:
            self.parked = [*self.parked, (self.step, self.memory, self.history)][-MOST_PARKED:]
            self.step, self.memory, self.history = "", {}, []

    def unpark(self) -> None:
        """Take up what was left last. What is open now changes places with it: no draft is lost."""
        step, memory, history = self.parked.pop()
        self.park()
        self.step, self.memory, self.history = step, memory, history

    def drop_parked(self, flow: str) -> None:
        """Forget what was left in the middle of this flow."""
        self.parked = [left for left in self.parked if left[0].partition(".")[0] != flow]

    def end(self) -> None:
        """No question is open."""
        self.step, self.memory, self.history = "", {}, []
        self.card, self.picks, self.fields = "", [], []

    def new_card(self, picks: list[Pick], fields: list[str]) -> str:
        """A new nonce for the open question's buttons; all older ones are worthless from now on."""
        self.card, self.picks, self.fields = secrets.token_urlsafe(12), picks, fields
        return self.card
