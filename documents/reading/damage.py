"""What a scan has done to the words: found out, and mended in the folded text only."""

import re
from functools import cache

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from documents.reading.folding import Folded, fold, respelled
from documents.reading.phrases import lexicon, phrases

_ONSET = r"(?:b|ch|c|d|gi|gh|g|h|kh|k|l|m|ngh|ng|nh|n|ph|p|qu|r|s|th|tr|t|v|x)?"
_RHYME = (
    r"(?:a|ac|ach|ai|am|an|ang|anh|ao|ap|at|au|ay|e|ec|ech|em|en|eng|enh|eo|ep|et|eu|i|ia|ich|iec|iem|ien"
    r"|ieng|iep|iet|ieu|im|in|inh|ip|it|iu|o|oa|oac|oach|oai|oan|oang|oanh|oat|oay|oc|oe|oen|oet|oeo|oi|om"
    r"|on|ong|op|ot|u|ua|uan|uang|uat|uay|uc|ue|uech|uenh|ui|um|un|ung|uo|uoc|uoi|uom|uon|uong|uop|uot|uou|up"
    r"|ut|uu|uy|uya|uych|uyen|uyet|uynh|uyt|y|yem|yen|yet|yeu|ec|uch|ich|oong)"
)
_SYLLABLE = re.compile(rf"{_ONSET}{_RHYME}")
_WORD = re.compile(r"[^\s\"'()\[\],;:/.|-]+")
_DATE = re.compile(r"\d{1,2}/\d{1,2}")
_ACROSS = str.maketrans(
    {"0": "o", "1": "l", "6": "o", "5": "s", "|": "l", "¢": "e", "€": "e", "&": "e"}
)

# A broken date: blanks inside the number, letters for digits.
_BROKEN_DATE = re.compile(
    r"(?<![\w/])(?P<d>[0-3oil|]\s?[0-9oil|s]|[0-9])\s?/\s?(?P<m>[01oil|]\s?[0-9oil|s]|[0-9])"
    r"(?P<y>\s?/\s?(?:19|20|2o|l9)[0-9oils|]{2})?(?![\w/])"
)
_DIGITS = str.maketrans({"o": "0", "i": "1", "l": "1", "|": "1", "s": "5"})


@cache
def is_syllable(word: str) -> bool:
    """Could be a Vietnamese syllable once its diacritics are off."""
    return bool(_SYLLABLE.fullmatch(word))


def plain(words: Folded) -> Folded:
    """Numbers and dates as any paper may have them, put into one form; no word is guessed."""
    return mend_dates(plain_numbers(words))


def is_damaged(text: str) -> bool:
    """Many words are no Vietnamese, or some are where the diacritics are gone too."""
    words = [w for w in _WORD.findall(fold(text)) if w.isalpha() and len(w) > 1]
    if len(words) < 20:
        return False
    strange = sum(not is_syllable(word) for word in words) / len(words)
    letters = [letter for letter in text if letter.isalpha()]
    bare = sum(letter > "\x7f" for letter in letters) < len(letters) * 0.12
    return strange > (0.04 if bare else 0.12)


def mend_dates(words: Folded) -> Folded:
    changes = []
    for found in _BROKEN_DATE.finditer(words.text):
        whole = "/".join(
            part.strip(" /").replace(" ", "").translate(_DIGITS)
            for part in (found["d"], found["m"], found["y"] or "")
            if part
        )
        if whole != found[0] and sum(c.isdigit() for c in found[0]) >= 2:
            changes.append((found.start(), found.end(), whole))
    return respelled(words, changes, mended=False) if changes else words


_SPELLED = re.compile(
    r"(?<=\d) ?\((?:mot|hai|ba|bon|tu|nam|lam|sau|bay|tam|chin|muoi|linh|le|mot tram|tram|gieng|chap|khong|\s)+\)"
)


def plain_numbers(words: Folded) -> Folded:
    """Without a number said again in words: "ngày 06 (sáu) tháng 6"."""
    changes = [(found.start(), found.end(), "") for found in _SPELLED.finditer(words.text)]
    return respelled(words, changes, mended=False) if changes else words


def mend(words: Folded) -> Folded:
    """Each damaged word becomes the standing word that fits it and its neighbours best."""
    words = plain(words)
    tokens = list(_WORD.finditer(words.text))
    chosen = _best_reading([token[0] for token in tokens])
    changes = [
        (token.start(), token.end(), reading)
        for token, reading in zip(tokens, chosen, strict=True)
        if reading != token[0] and not _is_abbreviation(words, token)
    ]
    return respelled(words, changes) if changes else words


def _is_abbreviation(words: Folded, token: re.Match[str]) -> bool:
    """UBND, II, KH-STP: capitals among small letters say what they mean, however strange."""
    raw = words.source(token.start(), token.end())
    if len(raw) == 1 and "/" in words.text[max(token.start() - 1, 0) : token.end() + 1]:
        return True
    return raw.isupper() and raw.isalpha() and 1 < len(raw) < 7 and not words.raw.isupper()


@cache
def _candidates(token: str) -> tuple[tuple[str, float], ...]:
    """Readings of one word with their cost; the word as it stands is always among them."""
    if _DATE.search(token) or (token.isdigit() and (len(token) < 4 or token[:2] in {"19", "20"})):
        return ((token, 0.0),)
    if token.isdigit():
        return ((token, 0.0), *_letters_of(token))
    plain = token.translate(_ACROSS).replace("ir", "u").replace("ur", "u").replace("wo", "o")
    own = 0.0 if is_syllable(token) else 1.2
    if token in lexicon():
        return ((token, -0.2),)
    readings = {token: own}
    allowed = 1 if len(plain) <= 3 else 2
    for word, distance in _near_words(token, plain, allowed).items():
        if len(word) > 1 and distance < len(word):
            readings[word] = 0.55 * distance + (0.35 if token[0] != word[0] else 0.0)
    return tuple(sorted(readings.items(), key=lambda pair: (pair[1], pair[0]))[:6])


def _near_words(token: str, plain: str, allowed: int) -> dict[str, int]:
    """Standing syllables within `allowed` edits of the word or of its usual misreadings."""
    near: dict[str, int] = {}
    for spelling in {token, plain}:
        for word, distance, _ in process.extract(
            spelling, _syllables(), scorer=Levenshtein.distance, score_cutoff=allowed, limit=None
        ):
            near[word] = min(distance, near.get(word, distance))
    return near


@cache
def _syllables() -> tuple[str, ...]:
    return tuple(sorted(lexicon()))


def _letters_of(number: str) -> list[tuple[str, float]]:
    """Strokes taken for digits: 1161 is Hội."""
    plain = number.replace("11", "h").translate(str.maketrans("0156", "oiso"))
    near = ((word, Levenshtein.distance(plain, word, score_cutoff=1)) for word in lexicon())
    return sorted(
        (word, 0.5 + distance / 2) for word, distance in near if distance <= 1 and len(word) > 2
    )


_KEYED = {
    "ngay": "day",
    "truoc": "day",
    "tu": "day",
    "den": "day",
    "thang": "number",
    "nam": "year",
}


def _bond(left: str, right: str) -> float:
    """How much two neighbouring words confirm each other."""
    if right in lexicon().get(left, ()):
        return -0.8
    kind = _KEYED.get(left)
    if kind == "day" and right.isdigit() and len(right) <= 2:
        return -1.2
    if kind == "number" and right.isdigit() and len(right) <= 2:
        return -0.6
    if kind == "year" and re.fullmatch(r"(?:19|20)\d\d", right):
        return -1.0
    return 0.0


def _best_reading(tokens: list[str]) -> list[str]:
    """The cheapest chain of readings (Viterbi)."""
    if not tokens:
        return []
    costs = dict(_candidates(tokens[0]))
    trail: list[dict[str, str]] = [{}]
    for token in tokens[1:]:
        step: dict[str, float] = {}
        back: dict[str, str] = {}
        for reading, own in _candidates(token):
            cost, before = min((cost + _bond(left, reading), left) for left, cost in costs.items())
            step[reading], back[reading] = cost + own, before
        costs = step
        trail.append(back)
    reading = min(costs, key=lambda word: (costs[word], word))
    chosen = [reading]
    for back in reversed(trail[1:]):
        reading = back[reading]
        chosen.append(reading)
    return chosen[::-1]


def written(text: str) -> str:
    """Mended folded words with the diacritics their standing phrases have; others as they are."""
    tokens = text.split()
    bare = [token.strip('.,;:()"') for token in tokens]
    said: list[str] = []
    place = 0
    while place < len(tokens):
        spoken = _phrase_at(bare, place)
        if spoken is None:
            said.append(tokens[place])
            place += 1
            continue
        for word, token in zip(spoken, tokens[place : place + len(spoken)], strict=True):
            core = token.strip('.,;:()"')
            said.append(token.replace(core, word.strip(","), 1) if core else word)
        place += len(spoken)
    return " ".join(said)


def _phrase_at(bare: list[str], place: int) -> tuple[str, ...] | None:
    runs = _runs()
    for length in range(min(_LONGEST_RUN, len(bare) - place), 1, -1):
        spoken = runs.get(tuple(bare[place : place + length]))
        if spoken is not None:
            return spoken
    return None


_LONGEST_RUN = 14


@cache
def _runs() -> dict[tuple[str, ...], tuple[str, ...]]:
    """Every run of two or more words of a standing phrase, as it is written."""
    runs: dict[tuple[str, ...], tuple[str, ...]] = {}
    for plain, spoken in phrases():
        for start in range(len(plain)):
            for end in range(start + 2, len(plain) + 1):
                runs.setdefault(plain[start:end], spoken[start:end])
    return runs
