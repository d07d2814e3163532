"""What people are told when a file is not taken: what happened, what was kept, what to do."""

from __future__ import annotations

from django.utils.translation import gettext as _

from backline.evidence.words import MOST_BYTES, MOST_IN_A_DRAFT, MOST_PIXELS, Refused


def too_big(name: str) -> Refused:
    """More bytes than a photo or a file may have."""
    text = _("“%(name)s” is larger than %(most)d MB. Everything else was kept; send a smaller one.")
    return Refused(text % {"name": name, "most": MOST_BYTES // 1024**2}, status=413)


def empty(name: str) -> Refused:
    """A file without a byte."""
    return Refused(_("“%(name)s” is empty. Everything else was kept; send it again.") % {"name": name}, status=422)


def not_a_photo(name: str, looks_like: str) -> Refused:
    """Whatever its name says, the content is something else."""
    text = _("“%(name)s” is not a photo that can be shown here%(looks_like)s. Send a JPEG, PNG, WebP or HEIC photo.")
    guess = _(" (it looks like: %(what)s)") % {"what": looks_like} if looks_like else ""
    return Refused(text % {"name": name, "looks_like": guess}, status=415)


def damaged(name: str) -> Refused:
    """It begins like a photo and cannot be read to its end."""
    text = _("“%(name)s” is damaged and cannot be opened. Everything else was kept; send the photo again.")
    return Refused(text % {"name": name}, status=422)


def too_many_pixels(name: str) -> Refused:
    """Opening it would take more memory than a photo is worth."""
    text = _("“%(name)s” has more than %(most)d megapixels. Everything else was kept; send a smaller photo.")
    return Refused(text % {"name": name, "most": MOST_PIXELS // 1_000_000}, status=422)


def too_many(name: str) -> Refused:
    """More photos than one form may carry."""
    text = _(
        "“%(name)s” was not kept: this form has %(most)d photos already. Send it first, then add more to the case."
    )
    return Refused(text % {"name": name, "most": MOST_IN_A_DRAFT}, status=422)


def no_room(name: str) -> Refused:
    """The disk is full."""
    text = _(
        "“%(name)s” could not be kept: the disk of this Backline is full. What was kept before is safe; "
        "tell your administrator, then send it again."
    )
    return Refused(text % {"name": name}, status=507)


def cannot_keep(name: str, reason: str) -> Refused:
    """The folder of the evidence cannot be written to."""
    text = _(
        "“%(name)s” could not be kept: %(reason)s. What was kept before is safe; "
        "tell your administrator, then send it again."
    )
    return Refused(text % {"name": name, "reason": reason}, status=507)


def bad_draft_key() -> Refused:
    """The form was altered on its way."""
    return Refused(_("This form cannot be read. Open it again and add the photo there."), status=400)


def not_in_this_draft() -> Refused:
    """A photo that is not there, is somebody else's, or belongs to another case."""
    return Refused(_("A photo of this form is not here any more. Add it again, then send the form."), status=409)
