"""Where a run lies: a folder of this machine, or a folder of a store that fsspec reaches (s3://, gs://, hf:// ...)."""

from .place import is_remote, place, source, spelled
from .remote import RemotePath, read_all
from .scratch import scratch
from .upload import upload

__all__ = ["RemotePath", "is_remote", "place", "read_all", "scratch", "source", "spelled", "upload"]
