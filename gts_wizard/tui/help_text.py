"""The help texts of all screens and dialogs, in one place so that they can be read in one go."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Help:
    """The help of one screen, in three paragraphs.

    Attributes:
        what: what this screen is for.
        then: what happens next.
        trouble: what could go wrong, and what helps.
        trouble_in_practice: replaces `trouble` in practice; empty where they are the same.
    """

    what: str
    then: str
    trouble: str
    trouble_in_practice: str = ""


WHY = (
    "Your server keeps your password to itself, and that is good: no program needs to know it. "
    "Instead, a program asks your server for access, and your server asks you, on its own page, "
    "whether that is all right. When you say yes there, a code comes back here, by itself or "
    "carried by you, which proves that it was really you. The wizard trades the code for access to "
    "your account. You can end that access at any time, here or at your server."
)

_NOT_YOU = (
    "If this is not you, or you want to end the access, sign out: that ends it at the server, too."
)

WELCOME = Help(
    "This is where you start. The wizard gives programs on this computer access to your "
    "account, as little of it as you like.",
    "It asks where your account is and what programs may do there. Then you say yes in your "
    "browser. Nothing happens before you say yes there.",
    "Only you can say yes, so nothing can go wrong behind your back. Esc goes back, and you can "
    "close the wizard at any time: it goes on where you were.",
    "Nothing: this is practice, on a pretend server that lives on this computer. Esc goes back, "
    "and when you close the wizard, nothing of it is left.",
)
HOME = Help(
    "This is where you start, and where you come back to. Each account that is signed in on this "
    "computer stands in the list, with how it was when the wizard last asked its server.",
    "Enter opens an account. r renews an access that ended, c asks all servers how things stand, "
    "and d chooses the account that scripts get when they name none.",
    "“Server not reached” says nothing about your access: the server or your connection may be "
    "down. Only “access ended” means that your server no longer accepts it; renewing mends that.",
)
INSTANCE = Help(
    "The wizard needs to know which server your account is on. That is the part after the last @ "
    "in your full name there.",
    "It looks the server up and shows you what it found, so that you can tell whether it is yours. "
    "Nothing about you is sent.",
    "If nothing is found, check the spelling, or paste the address of your profile page. On hotel "
    "or café networks, log in to the network in a browser first.",
)
PERMISSIONS = Help(
    "You decide here how much programs on this computer may do with your account. Less is safer; "
    "you can renew with more at any time.",
    "Enter takes the choice that is highlighted, and the wizard introduces itself to your server. "
    "n changes the name that it gives there.",
    "An old server (GoToSocial before 0.19) can't hold a program to your choice. The wizard says "
    "so where that is the case. F3 shows the technical words.",
)
AUTHORIZE = Help(
    "Your server wants to hear from you that this is all right. It asks on its own page, in your "
    "browser, where you sign in as always.",
    "After you have agreed, this goes on by itself where your browser is on this computer. "
    "Otherwise the page shows a long code. Copy it and come back: the next step takes it. You can "
    "paste it right here, too.",
    "The page forgets you after two minutes at some servers; then open the link again. If it "
    "shows an error, F5 makes a fresh link; if it shows another program's name, or an older "
    "question, use a private window. On another computer, q shows a code that a phone can scan, "
    "p shows the link alone, and F3 what the wizard is registered as.",
)
RENEWAL = replace(
    AUTHORIZE,
    what="A renewal gets new access to your account, with the permissions of the old one. F4 "
    "changes them. Your server asks you on its own page, in your browser, whether that is all "
    "right.",
)
_NEVER_PASTE = "Never paste a code that somebody sent you: it would sign you in to their account."
CODE = Help(
    "The code proves to your server that it was you who agreed. It works once, for a few minutes, "
    "and only together with this wizard.",
    "Paste the code, and it is tried at once, shown as dots. A whole sentence with the code in it, "
    "or the address of the page, works too.",
    f"If a code is refused, copy it once more, whole. F5 makes a fresh link. {_NEVER_PASTE}",
)
WAITING = Help(
    "Your browser shows a page of your server, which asks whether the wizard may have access. Once "
    "you have agreed there, your browser brings a code back here.",
    "Agree in your browser. There is nothing to do here: this page goes on by itself.",
    "If no page opened, Esc goes back to the link. If the last page does not load, paste its "
    f"address here, or press F6 for a link that shows a code. {_NEVER_PASTE}",
)
SCOPES = Help(
    "Each line is one permission. One that stands for others, such as “Read everything”, ticks "
    "them, too.",
    "Space ticks and unticks, and Enter continues with what is ticked. Esc goes back and keeps it. "
    "F3 shows the technical words.",
    "Less is safer, and you can renew with more at any time. If a program then says that it may "
    "not do something, it needs one more permission.",
)
PROFILE = Help(
    "Your code was accepted. The wizard asks your server whose account it is.",
    "Once the server has answered, you see who you are, and the account is in your list.",
    "If the server is silent, try again later: the access is kept. If it has ended, get a fresh "
    "link. If somebody else signed in than was meant, nothing changes until you choose.",
)
QUIT = Help(
    "Your server has given this computer an access, and the file that keeps your accounts could "
    "not be written.",
    "“Stay” goes back, where you can try again or save it elsewhere. “End it and leave” asks your "
    "server to end the access first.",
    "If you leave it alive, nobody can use it from here, but it stays good at the server until "
    "you end it in your account's settings there.",
)
ACCOUNT = Help(
    "This is the account as its server sees it now, and it is saved already.",
    "The line below uses the account from a script, and holds nothing secret: c copies it. "
    "i shows every detail.",
    f"{_NOT_YOU} k keeps what is secret in the system's keyring instead of the file.",
    _NOT_YOU,
)
ACCOUNT_NOT_LOADED = Help(
    "This account is saved here, but its server did not say how it stands. Your access may be "
    "fine all the while.",
    "“Try again” asks once more. i shows what is saved here, without asking the server.",
    "The server or your connection may be down. If the server is gone for good, “Sign out” removes "
    "the account from this computer.",
)
ACCOUNT_ENDED = Help(
    "This account is saved here, but its server no longer accepts the access, or permits too "
    "little with it.",
    "“Renew” leads to your server's page, as when you signed in. The account stays in your list, "
    "and scripts get the new access by themselves.",
    "If you no longer want the access, “Sign out” removes the account from this computer.",
)
NOTIFICATIONS = Help(
    "These are the newest things that happened to your account, as a first proof that the access "
    "works.",
    "r asks again; Esc goes back.",
    "If your server can't be reached, ask again later. If the access has ended or permits too "
    "little, renew it.",
)
DETAILS = Help(
    "Everything the wizard keeps about this account, and what your server lists as having access "
    "to it.",
    "v shows the token for a few seconds, y copies it. Whoever has the token has the access and "
    "can act for you, so look around you first. r asks your server again.",
    "A program in the list that you don't know? End its access on your server's settings page.",
)
