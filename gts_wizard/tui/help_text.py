"""The help texts of all screens and dialogs, in one place so that they can be read in one go."""

from dataclasses import dataclass, replace

from gts_wizard.oauth.scopes import MEANINGS


@dataclass(frozen=True)
class Help:
    """The help of one screen, in three paragraphs or four.

    Attributes:
        what: what this screen is for.
        then: what happens next.
        trouble: what could go wrong, and what helps.
        trouble_in_practice: replaces `trouble` in practice; empty where they are the same.
        why: why signing in takes these steps; empty where nobody would ask.
    """

    what: str
    then: str
    trouble: str
    trouble_in_practice: str = ""
    why: str = ""


_WHY = (
    "Your password stays between you and your server: no program needs it. Instead, a program asks "
    "your server for access, and your server asks you, on its own page. When you say yes there, a "
    "code comes back here, by itself or pasted by you, and proves that it was really you. The "
    "wizard trades the code for access to your account. You can revoke that access at any time, "
    "here or on your server."
)
_NOT_YOU = (
    "If this isn't you, or you no longer need it, sign out: that revokes the access on your "
    "server, too."
)

WELCOME = Help(
    "This is where you start. The wizard gives programs on this computer access to your account, "
    "as much or as little as you like.",
    "It asks for your server, and what programs may do there. Then you say yes in your browser. "
    "Nothing happens before you say yes there.",
    "Only you can say yes, so nothing happens behind your back. Esc goes back, and you can quit at "
    "any time: your progress is saved.",
    "Nothing: this is practice, with a pretend server on this computer. Esc goes back, and when "
    "you quit, nothing is left behind.",
    _WHY,
)
UNFINISHED = replace(
    WELCOME,
    what="You began to sign in, and haven't finished. The wizard has saved your progress.",
    then="“Continue” leads to the step you'd reached. “Forget” removes what was begun from this "
    "computer: your account on the server stays as it is. “Sign in” begins another one.",
    trouble="The link may be too old by now: F5 gets a fresh one there. If you forget it by "
    "mistake, u brings it back.",
    trouble_in_practice="",
)
HOME = Help(
    "These are the accounts that are signed in on this computer, and how each was doing when the "
    "wizard last asked its server.",
    "Enter opens an account. r renews access that has ended, c asks all servers how things stand, "
    "and d sets the account that scripts use unless they name another.",
    "If a server can't be reached, your access may still be fine: the server or your connection "
    "may be down. Only “access ended” means that your server no longer accepts it; renewing fixes "
    "that.",
)
INSTANCE = Help(
    "The wizard needs to know which server your account is on: the part after the last @ in your "
    "handle.",
    "It looks the server up and shows you what it found, so you can tell if it's yours. Nothing "
    "about you is sent.",
    "If nothing is found, check the spelling, or paste the address of your profile page. On hotel "
    "or café networks, log in to the network in a browser first.",
)
PERMISSIONS = Help(
    "Here you decide what programs on this computer may do with your account. Less is safer; you "
    "can renew with more at any time.",
    "Enter takes the highlighted choice, and the wizard registers with your server. n changes the "
    "name it registers under.",
    "An old server (GoToSocial before 0.19) can't hold programs to your choice. The wizard tells "
    "you if yours is one. F3 shows the technical words.",
)
AUTHORIZE = Help(
    "Your server asks you whether this is all right. It asks on its own page, in your browser, "
    "where you sign in as usual.",
    "If your browser is on this computer, the wizard continues by itself once you've agreed. "
    "Otherwise the page shows a long code. Copy it and come back: the next step takes it. You can "
    "paste it right here, too.",
    "Some servers forget the page after two minutes; then open the link again. If it shows an "
    "error, F5 gets a fresh link; if it shows another program's name, or an older question, use a "
    "private window. On another computer, q shows a code that a phone can scan, p shows the link "
    "alone, and F3 what the wizard is registered as.",
    why=_WHY,
)
RENEWAL = replace(
    AUTHORIZE,
    what="Renewing gets new access to your account, with the same permissions as before. F4 "
    "changes them. Your server asks you on its own page, in your browser, whether that's all "
    "right.",
)
_NEVER_PASTE = "Never paste a code that somebody sent you: it would sign you in to their account."
CODE = Help(
    "The code proves to your server that it was you who agreed. It works once, for a few minutes, "
    "and only in this wizard.",
    "Paste the code, and the wizard tries it at once. It's shown as dots. A whole sentence with "
    "the code in it, or the address of the page, works too.",
    f"If a code is refused, copy all of it again. F5 gets a fresh link. {_NEVER_PASTE}",
)
WAITING = Help(
    "Your browser shows a page where your server asks whether the wizard may have access. Once "
    "you've agreed there, your browser brings a code back here.",
    "Agree in your browser. There's nothing to do here: the wizard continues by itself.",
    "If no page opened, Esc goes back to the link. If the last page doesn't load, paste its "
    f"address here, or press F6 for a link that shows a code. {_NEVER_PASTE}",
)
LISTED_NAME = Help(
    "Your server lists the programs that have access to your account, so that you can revoke it. "
    "This is the name it will list.",
    "Enter takes the name, which your server also shows when it asks you. Esc goes back and keeps "
    "the old one.",
    "The name is only for you to recognize: any will do, but some servers refuse a long one. An "
    "empty field stands for the usual name.",
)
QR_CODE = Help(
    "This is the link as a QR code, for a phone to scan, so that you can say yes there.",
    "Open the link on the phone, and say yes. Then Esc goes back to the link, and the next step "
    "takes the code that the page shows.",
    "If the phone can't read it, o opens a picture of it, where that is possible. The code stands "
    "for this sign-in alone: don't show it to anybody.",
)
SAVE_ELSEWHERE = Help(
    "The file that keeps your accounts can't be written, so the wizard needs another one.",
    "“Save there” continues with the file you name. “Cancel” goes back and changes nothing.",
    "Choose a folder of your own. Next time, set GTS_WIZARD_CREDENTIALS to that file: the wizard "
    "won't look there by itself.",
)
SCOPES = Help(
    f"Each line is one permission. One that includes others, such as “{MEANINGS['read']}”, ticks "
    "them, too.",
    "Space ticks and unticks, and Enter continues with what's ticked. Esc goes back and keeps it. "
    "F3 shows the technical words.",
    "Less is safer, and you can renew with more at any time. If a program then says that it isn't "
    "allowed to do something, it needs another permission.",
)
PROFILE = Help(
    "Your code was accepted. The wizard asks your server whose account it is.",
    "Once your server answers, you see who you are, and the account is in your list.",
    "If your server doesn't answer, try again later: your progress is saved. If the access has "
    "ended, get a fresh link. If the wrong account signed in, nothing changes until you choose.",
)
ALREADY_SIGNED_IN = Help(
    "You signed in to an account that is in your list already, with access that still works.",
    "“Keep the old access” changes nothing, and revokes what you were just given. “Use the new "
    "access” saves that, and revokes the old. “Another account” gets a fresh link.",
    "Did you mean to sign in as somebody else? Your browser remembers who you are: open the fresh "
    "link in a private window.",
)
SOMEBODY_ELSE = Help(
    "You wanted to renew an account, but your browser was signed in as somebody else.",
    "“Try again” gets a fresh link: open it in a private window, where your server asks who you "
    "are. “Stop” leaves everything as it was. Both revoke what you were just given.",
    "If you close the wizard now, nothing is lost: it will ask you again next time.",
)
QUIT = Help(
    "Your server gave the wizard access, but the file that keeps your accounts can't be written.",
    "“Stay” goes back, so that you can try again or save it elsewhere. “Revoke and quit” asks your "
    "server to revoke the access first.",
    "If you quit anyway, nobody can use the access from here, but it still works on your server "
    "until you revoke it in your account's settings there.",
)
SIGN_OUT = Help(
    "The wizard asks before it signs you out. Nothing has happened yet.",
    "“Cancel” and Esc change nothing. The other button does what the text above it says; scripts "
    "can't use the account after that.",
    "Your account on the server stays as it is, with all you've posted. If you change your mind, "
    "sign in again.",
)
ACCOUNT = Help(
    "This is the account as its server sees it now. It's saved already.",
    "The command below uses the account from a script, and holds nothing secret: c copies it. "
    "i shows every detail.",
    f"{_NOT_YOU} If the extra “keyring” is installed, k moves its secrets to the system's keyring, "
    "or back to the file.",
    _NOT_YOU,
)
ACCOUNT_NOT_LOADED = Help(
    "This account is saved here, but its server didn't say how it's doing. Your access may still "
    "be fine.",
    "“Try again” asks once more. i shows what's saved here, without asking the server.",
    "The server or your connection may be down. If the server is gone for good, “Sign out” removes "
    "the account from this computer.",
)
ACCOUNT_ENDED = Help(
    "This account is saved here, but its access has ended, or allows too little.",
    "“Renew” leads to your server's page, as when you signed in. The account stays in your list, "
    "and scripts use the new access by themselves.",
    "If you no longer want the access, “Sign out” removes the account from this computer.",
)
NOTIFICATIONS = Help(
    "These are your newest notifications, as proof that the access works.",
    "r looks for new ones; Esc goes back.",
    "If your server can't be reached, try again later. If the access has ended or allows too "
    "little, renew it.",
)
DETAILS = Help(
    "Everything the wizard has saved about this account, and the programs that your server lists "
    "as having access to it.",
    "v shows the token for a few seconds, y copies it. Anyone who has the token can act for you, "
    "so make sure nobody's watching. r asks your server again.",
    "A program in the list that you don't know? Revoke its access on your server's settings page.",
)
