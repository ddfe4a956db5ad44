"""What is wrong with a page of the help centre, for whoever wrote it."""


class HelpError(Exception):
    """A page that must not be shown. The text is a sentence that begins with file and line."""

    def __init__(self, file: str, line: int, sentence: str) -> None:
        super().__init__(f"{file}:{line}: {sentence}")
        self.file = file
        self.line = line
