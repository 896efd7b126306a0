"""Python's websockets client against commands.js behind the edge: python3 client.py HOST:PORT

Runs with version 10 (Debian 12) and newer ones.
"""

import asyncio
import os
import sys

import websockets

ADDRESS = sys.argv[1]
LARGE = 16 * 1024 * 1024


def connect(path="/", **options):
    options = {"max_size": None, "open_timeout": 30, **options}
    return websockets.connect(f"ws://{ADDRESS}{path}", **options)


async def echo(socket, data):
    await socket.send(data)
    got = await socket.recv()
    assert got == data, f"{len(got)} bytes came back as others"


async def lengths():
    async with connect(compression=None) as socket:
        for length in [0, 1, 125, 126, 127, 65535, 65536, 70000]:
            await echo(socket, os.urandom(length))
            await echo(socket, "x" * length)


async def large():
    for compression in [None, "deflate"]:
        async with connect(compression=compression) as socket:
            await echo(socket, os.urandom(LARGE))
            await echo(socket, "words that repeat " * (LARGE // 16))


async def fragments():
    for compression in [None, "deflate"]:
        async with connect(compression=compression) as socket:
            parts = [os.urandom(at * 100) for at in range(50)]
            await socket.send(parts)
            assert await socket.recv() == b"".join(parts)
            await socket.send(["a", "", "b" * 100000])
            assert await socket.recv() == "a" + "b" * 100000


async def pings():
    async with connect() as socket:
        await asyncio.wait_for(await socket.ping("here"), 10)
        await socket.send("!ping there")
        assert await socket.recv() == "pong there"


async def closes():
    socket = await connect()
    await socket.close(4001, "by-the-client")
    for command, code, reason in [("!close 4002 by-the-app", 4002, "by-the-app"), ("!die", 1006, "")]:
        socket = await connect()
        await socket.send(command)
        try:
            await socket.recv()
            raise AssertionError("it is still open")
        except websockets.exceptions.ConnectionClosed:
            assert (socket.close_code, socket.close_reason or "") == (code, reason), socket.close_code


async def burst():
    async with connect() as socket:
        await socket.send("!burst 5000")
        for at in range(5000):
            assert await socket.recv() == str(at)


async def together():
    async def one(at):
        async with connect(f"/{at}") as socket:
            for turn in range(20):
                await echo(socket, f"{at} {turn} " + "y" * at * turn)

    await asyncio.gather(*(one(at) for at in range(50)))


async def main():
    for check in [lengths, large, fragments, pings, closes, burst, together]:
        await asyncio.wait_for(check(), 60)
        print(f"ok {check.__name__}")


asyncio.run(main())
