"""What people of the demo say whatever the fault is, in words of our own."""

from __future__ import annotations

MISSING = (
    "Which of the two assets at this site is it? Please read the number off the plate.",
    "What does the display show now? Please try once more and write down the code.",
    "Was it like that before your visit, or only afterwards?",
    "Please say what you measured; from the report I cannot tell whom to ask.",
)
LOOKED_AGAIN = (
    "Went back and tried it once more",
    "Read the display and the fault memory again",
    "Looked at it together with the caretaker",
)
ANSWERS = (
    "It is the one on the left, I have read the number off the plate.",
    "The code is the same as before, it comes back within minutes.",
    "It was like that when I came. The caretaker says since yesterday evening.",
    "All readings are in the steps now.",
)
BOUNCED = (
    "This needs somebody with the maker's course; none of us has it.",
    "All four of us are on site until tonight. Please ask the specialists.",
    "Not ours: the fault sits in the drive, that is for the specialists.",
)
HANDED_ON = (
    "From here I get no further by phone, somebody who knows this type should see it.",
    "Tried what we have in our list; it points to a fault that only the specialists may mend.",
    "The customer has waited long enough, please let a specialist decide.",
)
LOWERED = (
    "The readings show a plain fault; support can walk the technician through it.",
    "Engineering is not needed here, the maker's sheet covers it.",
)
MORE_URGENT = (
    "The second one failed as well, now there is none left at this site.",
    "The customer has an opening tomorrow morning; it has to work by then.",
    "Somebody in a wheelchair lives on the top floor.",
)
WITHDRAWN = (
    "Reported twice; the other case goes on.",
    "The technician found the cause on his way out, it works.",
    "The customer has had the asset taken out for good.",
)
STILL_AT_IT = (
    "We are still at it and have not forgotten you. You hear from us again by the time named below.",
    "It takes longer than we thought: the first thing we tried did not help. We go on today.",
    "We have found where the fault sits and are now working on it.",
    "Our colleague is on it and has asked for one more reading. We write again as soon as it is in.",
)
VISIT = (
    "Our visit is booked; please see to it that somebody lets us in. We ring the bell ten minutes before.",
    "We come at the hour named here and bring what is needed. You need not be there all the time.",
    "The visit is fixed. If the hour does not suit you, tell us and we find another one.",
)
CAME = (
    "It is here, in the right version.",
    "Came with this morning's delivery.",
    "Picked it up at the wholesaler's.",
)
VISITED = (
    "Was there, everything went as planned.",
    "Was there with a colleague; the old part is in the van.",
    "Done within the hour, the caretaker looked on.",
)
DISPUTED = (
    "It worked for an hour, and now it is just as before.",
    "The noise is gone but it still stops now and then.",
    "Nobody has told our night shift anything, and at night it stood still again.",
)
CONFIRMED_BY_CALL = (
    "Called the contact: all is well, no fault since.",
    "The caretaker rang and said thank you, it works.",
    "Asked on the phone; they have used it all day without a fault.",
)
REOPENED = (
    "The contact rang: the same fault again since this morning.",
    "Found at the inspection that the fault is back in the memory.",
)
