"""The spelling of a student's text, and the limits on it."""

import re
import unicodedata

LONGEST = 10_000


class Unreadable(ValueError):
    """A text that is no value of the wanted kind. `reason` names a text under [invalid]."""

    def __init__(self, reason: str, what: str = "") -> None:
        super().__init__(reason, what)
        self.reason = reason
        self.what = what


_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")
_SUPERSCRIPT_RUN = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻]+")
_MOST_MARKS = 200
_MOST_EQUALS = 4
_EQUALS = re.compile("[=≈~]")
_NAME = re.compile(r"[^\W\d]\w{0,20}(?:\s?[×*x]\s?[^\W\d]\w{0,20}|_?[(\[{][\w ^{}()]{1,20}[)\]}])?")
_CALL = re.compile(
    r"(?:(?:torch|np|numpy)\.)?(?:Size|size|shape|Tensor|tensor|array|matrix|tuple|list)\s?"
    r"\((.*?)(?:,\s*(?:dtype|device)=[\w.'\":]{1,20})*\)",
    re.DOTALL,
)
_DIGIT_THEN_FRACTION = re.compile("[0-9][\u00bc-\u00be\u2150-\u215f]")
_SIGNS = str.maketrans(
    {
        **dict.fromkeys("−‐‑‒–—﹣", "-"),
        **dict.fromkeys("·⋅∙∗✕✖⨯•", "*"),
        **dict.fromkeys("÷⁄∕", "/"),
        **dict.fromkeys("’‘ʼ′`´", "'"),
        "，": ",",
        "⟨": "(",
        "⟩": ")",
    }
)


def clean(text: str) -> str:
    r"""The text in one spelling: NFKC, invisible marks dropped, white space folded, signs unified.

    Line breaks stay. Digits of other scripts become 0-9, "10²" becomes "10^2".

    Raises:
        Unreadable: over 10,000 characters, or control characters.

    >>> clean("\u200f−12\u00a0345 ")
    '-12 345'
    """
    if len(text) > LONGEST:
        raise Unreadable("too_long")
    if _DIGIT_THEN_FRACTION.search(text):
        raise Unreadable("not_a_number")
    if not text.isascii() and sum(map(bool, map(unicodedata.combining, text))) > _MOST_MARKS:
        raise Unreadable("too_long")  # normalising long runs of marks is slow
    text = _SUPERSCRIPT_RUN.sub(lambda run: f"^({run.group().translate(_SUPERSCRIPTS)})", text)
    text = unicodedata.normalize("NFKC", text).translate(_SIGNS)
    if len(text) > 2 * LONGEST:
        raise Unreadable("too_long")
    if not text.isascii():
        text = "".join(map(_plain_character, text))
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    if any(character < " " and character != "\n" for character in text) or "\x7f" in text:
        raise Unreadable("control_characters")
    return re.sub(" *\n *", "\n", re.sub(" +", " ", text)).strip()


def right_side(text: str) -> str:
    """The value in "W = 13", "≈ 0.25", "Var(w) = 1/66 ≈ 0.015" or "13 = W"; other texts as they are.

    What stands before the first equals sign must be a name, or nothing.

    >>> right_side("N = 12"), right_side("12"), right_side("N != 12")
    ('12', '12', 'N != 12')
    """
    first, *others = [piece.strip() for piece in _EQUALS.split(text)]
    if not others or len(others) > _MOST_EQUALS:
        return text
    if len(others) == 1 and first and _NAME.fullmatch(others[0]) and not _NAME.fullmatch(first):
        return first
    return others[-1] if not first or _NAME.fullmatch(first) else text


def argument(text: str) -> str:
    """What stands inside the brackets of "torch.Size([3, 4])" or "array([[1]])"; other texts as they are."""
    match = _CALL.fullmatch(text)
    return match[1].strip() if match else text


def _plain_character(character: str) -> str:
    if character.isascii():
        return character
    category = unicodedata.category(character)
    if category in ("Cf", "Mn") or character == "\u034f":
        return ""
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category == "Zs":
        return " "
    if category in ("Zl", "Zp"):
        return "\n"
    if category == "Cc":
        return "\x00"
    return character
