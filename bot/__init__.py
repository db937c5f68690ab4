"""The edge: the only folder that knows Teams, Slack, HTTP, HTML, JSON cards and the environment."""
