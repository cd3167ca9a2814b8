"""What the user of a command can put right."""


class UserMistake(Exception):
    """Something that the user can put right; the text says how."""
