"""Files that staff upload stay in memory, and only as much of them as any form takes: nothing is left on a disk."""

import io
from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler

UPLOAD_MAX = 20 * 1024 * 1024  # bytes of one file: a list of targets; a form may take less
TOGETHER_MAX = 25_000_000  # bytes of all files of one form


class InMemory(FileUploadHandler):
    """Keeps files up to the limit. Of a larger one it keeps nothing but its true size, by which a form refuses it."""

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.together = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin with a file."""
        super().new_file(*args, **kwargs)
        self.kept = io.BytesIO()
        self.fits = True

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep a part while there is room."""
        self.together += len(raw_data)
        self.fits = self.fits and start + len(raw_data) <= UPLOAD_MAX and self.together <= TOGETHER_MAX
        if self.fits:
            self.kept.write(raw_data)
        else:
            self.together -= self.kept.tell() + len(raw_data)
            self.kept = io.BytesIO()

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        """Return the file, with the size it had on its way."""
        self.kept.seek(0)
        return InMemoryUploadedFile(
            self.kept, self.field_name, self.file_name, self.content_type, file_size, self.charset,
            self.content_type_extra,
        )
