"""A directory that stands for a layer: an unpacked root filesystem, walked without following a link out of it."""

from __future__ import annotations

import mmap
import os
import stat
from typing import TYPE_CHECKING

from package_extract.errors import CorruptImage, LimitExceeded

from .content import FileContent
from .contents import DIRECTORY, LARGE

if TYPE_CHECKING:
    from .collector import Collector
    from .contents import LayerContents
    from .limits import Limits

__all__ = ["read_directory"]

HEAD = 16


def read_directory(root: str, collector: Collector, limits: Limits) -> LayerContents:
    """What the tree below `root` says; its entries are counted as tar members, its size is that of its files."""
    if not os.path.isdir(root):  # noqa: PTH112 pathlib costs 5 ms to import
        raise CorruptImage(f"{root} is not a directory")
    contents = collector.contents
    waiting = [b""]
    while waiting:
        parent = waiting.pop()
        try:
            entries = sorted(os.scandir(os.path.join(os.fsencode(root), parent)), key=lambda entry: entry.name)  # noqa: PTH118
        except OSError as error:
            path = os.fsdecode(parent)
            collector.problem("unreadable", f"the directory cannot be read: {error.strerror}", path)
            continue
        for entry in entries:
            name = parent + b"/" + entry.name if parent else entry.name
            contents.entries += 1
            if contents.entries > limits.entries:
                raise LimitExceeded(f"{root} has more than {limits.entries} entries")
            if entry.is_symlink():
                collector.node(name, os.readlink(entry.path))  # noqa: PTH115
            elif entry.is_dir(follow_symlinks=False):
                collector.node(name, DIRECTORY)
                waiting.append(name)
            elif entry.is_file(follow_symlinks=False):
                _file(entry, name, collector)
            else:
                collector.plain.append(name)
    return collector.finish()


def _file(entry: os.DirEntry[bytes], name: bytes, collector: Collector) -> None:
    matcher = collector.matcher
    facts = entry.stat(follow_symlinks=False)
    collector.contents.size += facts.st_size
    if facts.st_size >= LARGE:
        collector.large[name] = facts.st_size
    readers = matcher.by_name(name)
    if not readers and not (matcher.magics and facts.st_size >= HEAD):
        collector.plain.append(name)
        return
    path = os.fsdecode(name)
    try:
        descriptor = os.open(entry.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        collector.problem("unreadable", f"the file cannot be read: {error.strerror}", path)
        return
    try:
        size = os.fstat(descriptor).st_size
        wanted = matcher.readers(name, os.pread(descriptor, HEAD, 0))
        if not wanted:
            collector.plain.append(name)
            return
        collector.node(name, (size, stat.S_IMODE(facts.st_mode)))
        content = memoryview(mmap.mmap(descriptor, size, prot=mmap.PROT_READ) if size else b"")
        collector.hand_over(name, FileContent(path, size, stat.S_IMODE(facts.st_mode), content), wanted)
    except (OSError, ValueError) as error:
        collector.problem("unreadable", f"the file cannot be read: {error}", path)
    finally:
        os.close(descriptor)
