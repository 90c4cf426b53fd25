import os
import sys

import discord

from bot.words import reply


class Client(discord.Client):
    async def on_message(self, message):
        if message.author != self.user and (answer := reply(message.content)):
            await message.channel.send(answer)


def main():
    token = os.environ.get("DISCORD_TOKEN")
    if not token:
        sys.exit("DISCORD_TOKEN is not set")
    intents = discord.Intents.default()
    intents.message_content = True
    Client(intents=intents).run(token)


if __name__ == "__main__":
    main()
