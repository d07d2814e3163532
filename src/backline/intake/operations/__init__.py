"""What comes in from outside becomes an operation: the same as at the desk, by whoever was told."""

from backline.intake.operations._answers import Answered, Wanted, answer
from backline.intake.operations._heard import (
    Missed,
    Spoken,
    by_digits,
    by_mail,
    by_mail_from_elsewhere,
    by_text,
    code_of,
)

__all__ = [
    "Answered",
    "Missed",
    "Spoken",
    "Wanted",
    "answer",
    "by_digits",
    "by_mail",
    "by_mail_from_elsewhere",
    "by_text",
    "code_of",
]
