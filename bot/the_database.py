"""The database of the settings, for the commands."""

from bot.settings import Settings
from storage.database import Database
from storage.sealing import Keyring


async def open_database(settings: Settings) -> Database:
    """The database with its keys. Raises KeysMissing, SchemaOutdated."""
    database = Database(settings.database_url, Keyring.load(settings.keys))
    await database.check()
    return database
