"""Career paths: which posts there are, which steps lead from one to another, and what is known of each step.

HR keeps them true at the desk (`career_editing.py`). What is not known is empty there, and nothing here fills it in.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import networkx as nx  # shortest paths and, for the picture, the tree of what lies ahead: no need to write either again

from knowledge.career_names import Mention, Names

FACTS = ("education", "duration", "entry", "salary")
"""What can be known of a step, in the order in which people ask."""

GENERAL = "almen"
PAST = "afsluttet"
STATUSES = (GENERAL, "forslag", "anbefaling", "besluttet", PAST)
REGIONS = ("hovedstaden", "sjaelland", "midtjylland", "nordjylland", "syddanmark")
LANGUAGES = ("da", "en")


@dataclass(frozen=True)
class Source:
    """Where a fact comes from, by language."""

    id: str
    name: Mapping[str, str]


@dataclass(frozen=True)
class Fact:
    """Something known of a step, by language, and where it comes from."""

    text: Mapping[str, str]
    source: Source


@dataclass(frozen=True)
class Post:
    """A job. Everything but the id is by language."""

    id: str
    name: Mapping[str, str]
    others: Mapping[str, Sequence[str]]
    about: Mapping[str, str]
    regions: Sequence[str]
    common: bool


@dataclass(frozen=True)
class PathStep:
    """One step from a post to another. A fact that is missing from `facts` is not known."""

    id: str
    """Of the row that it comes from. A row that begins at several posts is a step from each of them."""
    start: Post
    end: Post
    facts: Mapping[str, Fact]
    status: str
    regions: Sequence[str]
    """Where it is true; empty: everywhere."""
    articles: Sequence[str]
    """Ids of articles about the region's own offers on the way."""
    review_by: date
    checked_by_hr: bool

    @property
    def unknown(self) -> list[str]:
        """The names of what nobody has written down."""
        return [name for name in FACTS if name not in self.facts]

    @property
    def sources(self) -> list[Source]:
        """Where its facts come from, each once."""
        found = [self.facts[name].source for name in FACTS if name in self.facts]
        return list({source.id: source for source in found}.values())

    @property
    def is_past(self) -> bool:
        """True if the offer that it describes is over."""
        return self.status == PAST


class CareerPaths:
    """All posts and steps."""

    def __init__(self, posts: Sequence[Post], steps: Sequence[PathStep], names: Names) -> None:
        self.posts = {post.id: post for post in posts}
        self.steps = steps
        self._names = names
        self.graph = nx.DiGraph()
        """Posts as nodes and steps as edges, for what a graph library can do."""
        self.graph.add_nodes_from(self.posts)
        self.graph.add_edges_from((step.start.id, step.end.id, {"step": step}) for step in steps)

    def ways_on(self, post_id: str) -> list[PathStep]:
        """The steps from this post, in the order in which HR has them; what is over comes last."""
        return sorted((step for step in self.steps if step.start.id == post_id), key=lambda step: step.is_past)

    def ways_to(self, post_id: str) -> list[PathStep]:
        """The steps that end at this post, in the same order."""
        return sorted((step for step in self.steps if step.end.id == post_id), key=lambda step: step.is_past)

    def shortest_path(self, start_id: str, end_id: str) -> list[PathStep]:
        """The fewest steps from one post to another; empty if there is no way, or nothing to go."""
        if start_id not in self.posts or end_id not in self.posts or start_id == end_id:
            return []
        try:
            on_the_way = nx.shortest_path(self.graph, start_id, end_id)
        except nx.NetworkXNoPath:
            return []
        return [self.graph.edges[pair]["step"] for pair in nx.utils.pairwise(on_the_way)]

    def ahead(self, post_id: str, most: int) -> list[tuple[int, PathStep]]:
        """What lies ahead of a post, as a tree to draw: how deep each step is, and the step, parents before children.

        Two steps deep if that makes at most `most` posts, else one. A post stands in it once, as near as it can be.
        """
        depths = nx.single_source_shortest_path_length(self.graph, post_id, cutoff=2)
        deepest = 2 if len(depths) <= most else 1
        seen, tree = {post_id}, []
        for step in self.ways_on(post_id):
            tree.append((1, step))
            for after in self.ways_on(step.end.id) if deepest == 2 else ():
                if depths[after.end.id] == 2 and after.end.id not in seen:
                    seen.add(after.end.id)
                    tree.append((2, after))
        return tree

    def find(self, text: str) -> list[Mention]:
        """The posts that stand in free text, in order, however they are typed."""
        return self._names.find(text)

    def search(self, text: str) -> list[Post]:
        """The posts for a search box: those that are meant, then those whose names have words that begin so."""
        mentioned = [post_id for mention in self.find(text) for post_id in mention.posts]
        return [self.posts[post_id] for post_id in dict.fromkeys([*mentioned, *self._names.beginning(text)])]
