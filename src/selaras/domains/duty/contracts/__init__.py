"""Who is on duty, whom a page reaches and how: the frozen rows of duty that cross domains."""

# Where a message's link leads; it opens with a signed token and without signing in.
ACKNOWLEDGE_PATH = "duty/acknowledge/"

# Notified when a message was decided on: senders listen.
CHANNEL = "selaras_messages"

OPEN, ACKNOWLEDGED, RESOLVED, EXHAUSTED = "open", "acknowledged", "resolved", "exhausted"
WAITING, SENDING, SENT, FAILED, DOUBTFUL, DROPPED = "waiting", "sending", "sent", "failed", "doubtful", "dropped"
DRAFTED, HANDED, TAKEN = "drafted", "handed", "taken"
ASKED, ACCEPTED, DECLINED, WITHDRAWN = "asked", "accepted", "declined", "withdrawn"
