# SPDX-License-Identifier: Apache-2.0
"""ELF files that say what a test wants them to say, and do nothing."""
import struct


def elf(machine=62, needs=(), glibc=None, interpreter=None, bits=64):
    """A library or program with what the loader reads of it: DT_NEEDED, the symbol versions, PT_INTERP."""
    strings = b"\0"

    def name(text):
        nonlocal strings
        offset = len(strings)
        strings += text.encode() + b"\0"
        return offset

    dynamic = [(1, name(need)) for need in needs]
    version = struct.pack("<HHIII", 1, 1, name("libc.so.6"), 16, 0) + struct.pack("<IHHII", 0, 0, 2, name(glibc), 0) if glibc else b""
    at = 0x400
    loader = (interpreter or "").encode() + b"\0"
    dynamic += [(5, at + 0x200)] + ([(0x6FFFFFFE, at + 0x400)] if glibc else []) + [(0, 0)]
    segments = [struct.pack("<IIQQQQQQ", 1, 5, 0, 0, 0, 0x1000, 0x1000, 0x1000), struct.pack("<IIQQQQQQ", 2, 6, at, at, at, 0x100, 0x100, 8)]
    segments += [struct.pack("<IIQQQQQQ", 3, 4, 0x300, 0x300, 0x300, len(loader), len(loader), 1)] if interpreter else []
    header = b"\x7fELF" + bytes([2 if bits == 64 else 1, 1, 1]) + bytes(9)
    header += struct.pack("<HHIQQQIHHHHHH", 3, machine, 1, 0, 64, 0, 0, 64, 56, len(segments), 0, 0, 0)
    body = bytearray(0x1000)
    for offset, content in ((0, header), (64, b"".join(segments)), (0x300, loader), (at, b"".join(struct.pack("<QQ", *entry) for entry in dynamic)),
                            (at + 0x200, strings), (at + 0x400, version)):
        body[offset : offset + len(content)] = content
    return bytes(body)
