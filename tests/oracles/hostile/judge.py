"""What botocore makes of hostile frames. Reads and writes batches as judge.mjs does; it compares nothing."""

import logging
import pathlib
import struct
import sys

import botocore
from botocore.eventstream import EventStream, EventStreamBuffer
from botocore.parsers import EventStreamJSONParser

PACK = struct.Struct(">I").pack
LONG = struct.Struct(">q").pack


class Asked:
    """The shape of an event stream: it has no members, and keeps which one it was asked for."""

    serialization = {"eventstream": True}
    metadata = {}

    def __init__(self):
        self.members = self
        self.name = None

    def get(self, name):
        self.name = name
        return None


ASKED = Asked()
STREAM = EventStream(None, ASKED, EventStreamJSONParser(), "ConverseStream")


def sized(data):
    return PACK(len(data)) + data


def value(data):
    kind = type(data)
    if kind is str:
        return b"s" + sized(data.encode())
    if kind is bool:
        return b"b" + sized(b"\1" if data else b"\0")
    if kind is int:
        return b"n" + sized(LONG(data))
    return b"y" + sized(bytes(data))


def named(kind, name):
    """An event or an exception by what it is looked up by."""
    if name is None:
        return kind + " without a name", ""
    if not isinstance(name, str):
        return kind + " of no text", ""
    return kind, name


def said(message):
    ASKED.name = None
    response = message.to_response_dict()
    parsed = STREAM._parser.parse(response, ASKED)
    if response["status_code"] == 200:
        return named("event", ASKED.name)
    if ASKED.name is not None:
        return named("exception", ASKED.name)
    code, text = parsed["Error"]["Code"], parsed["Error"]["Message"]
    if isinstance(code, str) and isinstance(text, str):
        return "error", code + "\0" + text
    return "error of no text", ""


def judge(frame):
    buffer = EventStreamBuffer()
    buffer.add_data(frame)
    try:
        message = buffer.next()
    except StopIteration:
        return b"W"
    except Exception as error:
        return b"X" + type(error).__name__.encode()
    kind, label = said(message)
    parts = [b"T", PACK(len(message.headers))]
    for name, data in message.headers.items():
        parts.append(sized(name.encode()))
        parts.append(value(data))
    parts += (sized(message.payload), sized(kind.encode()), sized(label.encode()))
    return b"".join(parts)


def main():
    # What is said of botocore is said of this version.
    pinned = pathlib.Path(__file__).parent.parent.joinpath("python/requirements.txt").read_text().split()
    if f"botocore=={botocore.__version__}" not in pinned:
        sys.exit(f"botocore {botocore.__version__} is not the pinned one: `cargo xtask hostile` installs that")
    logging.disable()
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    while head := source.read(8):
        count, size = struct.unpack(">II", head)
        batch = source.read(size)
        at, out = 0, []
        for _ in range(count):
            (length,) = struct.unpack_from(">I", batch, at)
            out.append(sized(judge(batch[at + 4 : at + 4 + length])))
            at += 4 + length
        answer = b"".join(out)
        sink.write(PACK(len(answer)) + answer)
        sink.flush()


if __name__ == "__main__":
    main()
