"""The languages that people speak: their codes as they stand in BCP 47, and what they are called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _L
from django.utils.translation import pgettext, pgettext_lazy
from django.utils.translation.trans_real import parse_accept_lang_header

WRITTEN = ("en", "de", "es", "fr")
"""In these languages customers are written to; whoever reads another one is written to in the first."""
_LANGUAGES: Mapping[str, Any] = {
    "aa": _L("Afar"), "ab": _L("Abkhazian"), "af": _L("Afrikaans"), "ak": _L("Akan"), "am": _L("Amharic"),
    "an": _L("Aragonese"), "ar": _L("Arabic"), "as": _L("Assamese"), "ase": _L("American Sign Language"),
    "av": _L("Avaric"), "ay": _L("Aymara"), "az": _L("Azerbaijani"), "ba": _L("Bashkir"), "be": _L("Belarusian"),
    "bfi": _L("British Sign Language"), "bg": _L("Bulgarian"), "bho": _L("Bhojpuri"), "bi": _L("Bislama"),
    "bm": _L("Bambara"), "bn": _L("Bengali"), "bo": _L("Tibetan"), "br": _L("Breton"), "bs": _L("Bosnian"),
    "ca": _L("Catalan"), "ce": _L("Chechen"), "ceb": _L("Cebuano"), "ch": _L("Chamorro"), "ckb": _L("Central Kurdish"),
    "co": _L("Corsican"), "cs": _L("Czech"), "cv": _L("Chuvash"), "cy": _L("Welsh"), "da": _L("Danish"),
    "de": _L("German"), "din": _L("Dinka"), "doi": _L("Dogri"), "dv": _L("Divehi"), "dz": _L("Dzongkha"),
    "ee": _L("Ewe"), "el": _L("Greek"), "en": _L("English"), "eo": _L("Esperanto"), "es": _L("Spanish"),
    "et": _L("Estonian"), "eu": _L("Basque"), "fa": _L("Persian"), "ff": _L("Fulah"), "fi": _L("Finnish"),
    "fil": _L("Filipino"), "fj": _L("Fijian"), "fo": _L("Faroese"), "fr": _L("French"),
    "fsl": _L("French Sign Language"), "fur": _L("Friulian"), "fy": _L("Frisian"), "ga": _L("Irish"),
    "gd": _L("Scottish Gaelic"), "gl": _L("Galician"), "gn": _L("Guarani"), "gom": _L("Konkani"),
    "gsg": _L("German Sign Language"), "gsw": _L("Swiss German"), "gu": _L("Gujarati"), "gv": _L("Manx"),
    "ha": _L("Hausa"), "haw": _L("Hawaiian"), "he": _L("Hebrew"), "hi": _L("Hindi"), "hil": _L("Hiligaynon"),
    "hmn": _L("Hmong"), "hr": _L("Croatian"), "hsb": _L("Upper Sorbian"), "ht": _L("Haitian Creole"),
    "hu": _L("Hungarian"), "hy": _L("Armenian"), "id": _L("Indonesian"), "ig": _L("Igbo"), "ilo": _L("Ilocano"),
    "is": _L("Icelandic"), "it": _L("Italian"), "iu": _L("Inuktitut"), "ja": _L("Japanese"), "jv": _L("Javanese"),
    "ka": _L("Georgian"), "kab": _L("Kabyle"), "kg": _L("Kongo"), "ki": _L("Kikuyu"), "kk": _L("Kazakh"),
    "kl": _L("Greenlandic"), "km": _L("Khmer"), "kmr": _L("Northern Kurdish"), "kn": _L("Kannada"), "ko": _L("Korean"),
    "kri": _L("Krio"), "ks": _L("Kashmiri"), "ku": _L("Kurdish"), "kw": _L("Cornish"), "ky": _L("Kyrgyz"),
    "la": _L("Latin"), "lb": _L("Luxembourgish"), "lg": _L("Ganda"), "li": _L("Limburgish"), "lij": _L("Ligurian"),
    "ln": _L("Lingala"), "lo": _L("Lao"), "lt": _L("Lithuanian"), "lu": _L("Luba-Katanga"), "luo": _L("Luo"),
    "lv": _L("Latvian"), "mai": _L("Maithili"), "mg": _L("Malagasy"), "mh": _L("Marshallese"), "mi": _L("Maori"),
    "mk": _L("Macedonian"), "ml": _L("Malayalam"), "mn": _L("Mongolian"), "mni": _L("Manipuri"), "mr": _L("Marathi"),
    "ms": _L("Malay"), "mt": _L("Maltese"), "my": _L("Burmese"), "nap": _L("Neapolitan"), "nb": _L("Norwegian Bokmål"),
    "nd": _L("North Ndebele"), "nds": _L("Low German"), "ne": _L("Nepali"), "nl": _L("Dutch"),
    "nn": _L("Norwegian Nynorsk"), "no": _L("Norwegian"), "nr": _L("South Ndebele"), "nso": _L("Northern Sotho"),
    "nv": _L("Navajo"), "ny": _L("Chichewa"), "oc": _L("Occitan"), "om": _L("Oromo"), "or": _L("Odia"),
    "os": _L("Ossetian"), "pa": _L("Punjabi"), "pap": _L("Papiamento"), "pl": _L("Polish"), "prs": _L("Dari"),
    "ps": _L("Pashto"), "pt": _L("Portuguese"), "qu": _L("Quechua"), "rm": _L("Romansh"), "rn": _L("Rundi"),
    "ro": _L("Romanian"), "rom": _L("Romani"), "ru": _L("Russian"), "rw": _L("Kinyarwanda"), "sa": _L("Sanskrit"),
    "sat": _L("Santali"), "sc": _L("Sardinian"), "scn": _L("Sicilian"), "sco": _L("Scots"), "sd": _L("Sindhi"),
    "se": _L("Northern Sami"), "sg": _L("Sango"), "si": _L("Sinhala"), "sk": _L("Slovak"), "sl": _L("Slovenian"),
    "sm": _L("Samoan"), "sn": _L("Shona"), "so": _L("Somali"), "sq": _L("Albanian"), "sr": _L("Serbian"),
    "srn": _L("Sranan Tongo"), "ss": _L("Swati"), "st": _L("Southern Sotho"), "su": _L("Sundanese"),
    "sv": _L("Swedish"), "sw": _L("Swahili"), "ta": _L("Tamil"), "te": _L("Telugu"), "tet": _L("Tetum"),
    "tg": _L("Tajik"), "th": _L("Thai"), "ti": _L("Tigrinya"), "tk": _L("Turkmen"), "tl": _L("Tagalog"),
    "tn": _L("Tswana"), "to": _L("Tongan"), "tr": _L("Turkish"), "ts": _L("Tsonga"), "tt": _L("Tatar"),
    "ty": _L("Tahitian"), "tzm": _L("Central Atlas Tamazight"), "ug": _L("Uyghur"), "uk": _L("Ukrainian"),
    "ur": _L("Urdu"), "uz": _L("Uzbek"), "ve": _L("Venda"), "vec": _L("Venetian"), "vi": _L("Vietnamese"),
    "wa": _L("Walloon"), "war": _L("Waray"), "wo": _L("Wolof"), "xh": _L("Xhosa"), "yi": _L("Yiddish"),
    "yo": _L("Yoruba"), "yue": _L("Cantonese"), "zh": _L("Chinese"), "zu": _L("Zulu"),
}  # fmt: skip


def language_in_words(code: str) -> str:
    """What a language is called; a code that is not known here stays as it is."""
    return str(_LANGUAGES.get(code, code))


def languages_in_words(codes: Iterable[str]) -> str:
    """What several are called."""
    return ", ".join(map(language_in_words, codes))


def code_of(text: str) -> str:
    """The code of a language by its name or its code, of de-AT that of German; as it stands where none is known."""
    said = text.strip().casefold()
    code = said.replace("_", "-").partition("-")[0]
    return _by_name().get(said) or (code if code in _LANGUAGES else text.strip())


def written_to_in(code: str) -> str:
    """In which language somebody is written to who reads this one: in German who reads de-AT, else in the first."""
    known = code_of(code)
    return known if known in WRITTEN else WRITTEN[0]


def languages_to_write_in(besides: str = "") -> list[tuple[str, str]]:
    """Those to choose from for a contact, and what they are called; another that stands there says what it means."""
    found = [(code, language_in_words(code)) for code in WRITTEN]
    if besides and besides not in WRITTEN:
        said = {"language": language_in_words(besides), "instead": language_in_words(written_to_in(besides))}
        found.append((besides, _("%(language)s: is written to in %(instead)s") % said))
    return found


def written_to_who_accepts(header: str) -> str:
    """The same for somebody of whom only what his browser asks for is known."""
    asked = (code.partition("-")[0] for code, _weight in parse_accept_lang_header(header))
    return next((code for code in asked if code in WRITTEN), WRITTEN[0])


def to_customer(text: str) -> str:
    """A text that a customer reads, in the language that is spoken now; what staff alone reads is in English."""
    return pgettext("customer", text)


def to_customer_lazy(text: str) -> Any:
    """The same, of which the language is asked for where it is shown."""
    return pgettext_lazy("customer", text)


def flaw_of_language(code: str) -> str:
    """What is said of a code that is none, with what might be meant; nothing of one that is."""
    if code in _LANGUAGES:
        return ""
    like = get_close_matches(code.casefold(), _by_name(), n=1)
    wanted = [_by_name()[one] for one in like] or ["de"]
    said = _("No language known here is called “%(text)s”. Write its name or its code, such as %(name)s or %(code)s.")
    return said % {"text": code[:40], "name": language_in_words(wanted[0]), "code": wanted[0]}


def _by_name() -> dict[str, str]:
    return {str(name).casefold(): code for code, name in _LANGUAGES.items()}
