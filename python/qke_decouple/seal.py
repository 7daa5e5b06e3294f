"""The seal at the end of a file (docs/output.md): "qke-end", a newline and the FNV-1a hash of all before it.

It shows accidents and edits, not forgery: whoever edits a file can seal it again.
"""
import numpy as np

MARK = b"qke-end\n"
LENGTH = len(MARK) + 16  # the mark, and 16 hexadecimal digits
CHUNK = 1 << 18
OFFSET_BASIS, PRIME = 0xCBF29CE484222325, 0x100000001B3
LOW_PRIME = PRIME & 0xFF
POWERS = np.cumprod(np.full(CHUNK, PRIME, dtype=np.uint64))[::-1]  # PRIME^CHUNK ... PRIME^1, modulo 2^64


def _low_bytes(low, data):
    """The lowest byte of the hash before each byte of `data`, `low` before the first.

    FNV-1a is h -> (h ^ byte) * PRIME. As PRIME is odd, bit k of the product is bit k of h ^ byte, inverted or not
    by the bits below it: bit after bit, the whole sequence is a running exclusive or.
    """
    mixed = np.zeros(len(data), dtype=np.uint8)  # the known bits of h ^ byte
    result = np.zeros(len(data), dtype=np.uint8)
    for k in range(8):
        bit = np.uint8(1 << k)
        flips = (data ^ (mixed * np.uint8(LOW_PRIME))) & bit
        flips[1:], flips[0] = flips[:-1].copy(), low & (1 << k)
        before = np.bitwise_xor.accumulate(flips)
        result |= before
        mixed |= (before ^ data) & bit
    return result


def fnv1a(chunks):
    """The hash of the bytes of all chunks, none longer than CHUNK.

    With the lowest bytes known, h ^ byte is h plus a known number: the hash becomes one sum over powers of PRIME.
    """
    value = OFFSET_BASIS
    for chunk in filter(None, chunks):
        data = np.frombuffer(chunk, dtype=np.uint8)
        low = _low_bytes(value & 0xFF, data)
        added = (low ^ data).astype(np.uint64) - low.astype(np.uint64)
        total = np.sum(added * POWERS[CHUNK - len(data):], dtype=np.uint64)
        value = (value * pow(PRIME, len(data), 1 << 64) + int(total)) % (1 << 64)
    return value


def chunks_of(file, length):
    """`length` bytes of a file, or what it has of them."""
    while length > 0:
        chunk = file.read(min(CHUNK, length))
        if not chunk:
            return
        length -= len(chunk)
        yield chunk


def is_intact(file, size):
    """Whether the open file of `size` bytes ends with the seal of what stands before."""
    content = size - LENGTH
    if content < 0:
        return False
    file.seek(content)
    seal = file.read(LENGTH)
    if not seal.startswith(MARK):
        return False
    file.seek(0)
    return seal == MARK + b"%016x" % fnv1a(chunks_of(file, content))


def append_seal(path):
    with open(path, "rb+") as file:
        value = fnv1a(iter(lambda: file.read(CHUNK), b""))
        file.write(MARK + b"%016x" % value)
