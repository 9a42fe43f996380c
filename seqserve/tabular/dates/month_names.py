"""Names of months in thirty-five languages, as the Unicode Common Locale Data Repository (CLDR) has them.

Letters are folded: lower case, without accents and dots. A name may be cut after three letters or more.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Collection
from functools import lru_cache

# January to December, separated by |; several names of one month by blanks.
_NAMES = {
    "en": "january|february|march|april|may|june|july|august|september|october|november|december",
    "de": "januar janner|februar feber|marz mrz|april|mai|juni|juli|august|september|oktober|november|dezember",
    "fr": "janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre",
    "es": "enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre setiembre|octubre|noviembre|diciembre",
    "it": "gennaio|febbraio|marzo|aprile|maggio|giugno|luglio|agosto|settembre|ottobre|novembre|dicembre",
    "pt": "janeiro|fevereiro|marco|abril|maio|junho|julho|agosto|setembro|outubro|novembro|dezembro",
    "nl": "januari|februari|maart mrt|april|mei|juni|juli|augustus|september|oktober|november|december",
    "pl": (
        "styczen stycznia|lutego luty|marca marzec|kwiecien kwietnia|maj maja|czerwca czerwiec|lipca lipiec|"
        "sierpien sierpnia|wrzesien wrzesnia|pazdziernik pazdziernika|listopad listopada|grudnia grudzien"
    ),
    "sv": "januari|februari|mars|april|maj|juni|juli|augusti|september|oktober|november|december",
    "da": "januar|februar|marts|april|maj|juni|juli|august|september|oktober|november|december",
    "nb": "januar|februar|mars|april|mai|juni|juli|august|september|oktober|november|desember",
    "fi": (
        "tammikuu tammikuuta|helmikuu helmikuuta|maaliskuu maaliskuuta|huhtikuu huhtikuuta|"
        "toukokuu toukokuuta|kesakuu kesakuuta|heinakuu heinakuuta|elokuu elokuuta|syyskuu syyskuuta|"
        "lokakuu lokakuuta|marraskuu marraskuuta|joulukuu joulukuuta"
    ),
    "cs": (
        "leden ledna|unor unora|brezen brezna|duben dubna|kveten kvetna|cerven cervna cvn|"
        "cervence cervenec cvc|srpen srpna|zari|rijen rijna|listopad listopadu|prosince prosinec"
    ),
    "sk": (
        "januar januara|februar februara|marca marec|april aprila|maj maja|jun juna|jul jula|august augusta|"
        "september septembra|oktober oktobra|november novembra|december decembra"
    ),
    "hu": "januar|februar|marcius|aprilis|majus|junius|julius|augusztus|szeptember|oktober|november|december",
    "ro": ("ianuarie|februarie|martie|aprilie|mai|iunie|iulie|august|septembrie|octombrie|noiembrie nov|decembrie"),
    "tr": "ocak|subat|mart|nisan|mayis|haziran|temmuz|agustos|eylul|ekim|kasim|aralik",
    "ru": (
        "январь января|февраль февраля|март марта|апрель апреля|маи мая|июнь июня|июль июля|август августа|"
        "сентябрь сентября|октябрь октября|ноябрь ноября|декабрь декабря"
    ),
    "uk": (
        "січень січня|лютии лютого|березень березня|квітень квітня|травень травня|червень червня|"
        "липень липня|серпень серпня|вересень вересня|жовтень жовтня|листопад листопада|грудень грудня"
    ),
    "el": (
        "ιανουαριοσ ιανουαριου|φεβρουαριοσ φεβρουαριου|μαρτιοσ μαρτιου|απριλιοσ απριλιου|μαιοσ μαιου|"
        "ιουνιοσ ιουνιου|ιουλιοσ ιουλιου|αυγουστοσ αυγουστου|σεπτεμβριοσ σεπτεμβριου|οκτωβριοσ οκτωβριου|"
        "νοεμβριοσ νοεμβριου|δεκεμβριοσ δεκεμβριου"
    ),
    "hr": (
        "sijecanj sijecnja|veljaca veljace|ozujak ozujka|travanj travnja|svibanj svibnja|lipanj lipnja|"
        "srpanj srpnja|kolovoz kolovoza|rujan rujna|listopad listopada|studeni studenoga|prosinac prosinca"
    ),
    "sl": "januar|februar|marec|april|maj|junij|julij|avgust|september|oktober|november|december",
    "et": "jaanuar|veebruar|marts|aprill|mai|juuni|juuli|august|september|oktoober|november|detsember",
    "lv": ("janvaris|februaris|marts|aprilis|maijs|junijs|julijs|augusts|septembris|oktobris|novembris|decembris"),
    "lt": (
        "sausio sausis|vasario vasaris|kovas kovo|balandis balandzio|geguze geguzes|birzelio birzelis|"
        "liepa liepos|rugpjucio rugpjutis|rugsejis rugsejo|spalio spalis|lapkricio lapkritis|"
        "gruodis gruodzio"
    ),
    "ca": ("gener|febrer|marc|abril d’abr|maig|juny|juliol|agost ag d’ag|setembre|octubre d’oct|novembre|desembre"),
    "bg": "януари|февруари|март|април|маи|юни|юли|август|септември|октомври|ноември|декември",
    "sr": "januar|februar|mart|april|maj|jun|jul|avgust|septembar|oktobar|novembar|decembar",
    "ar": "يناير|فبراير|مارس|ابريل|مايو|يونيو يونيه|يوليو يوليه|اغسطس|سبتمبر|اكتوبر|نوفمبر|ديسمبر",
    "he": "ינואר|פברואר|מרץ מרס|אפריל|מאי|יוני|יולי|אוגוסט|ספטמבר|אוקטובר|נובמבר|דצמבר",
    "fa": "ژانویه|فوریه|مارس|اوریل|مه می|ژوين|ژويیه|اوت|سپتامبر|اکتبر|نوامبر|دسامبر",
    "hi": "जनवर|फरवर|मरच|अपरल|मई|जन|जलई|अगसत|सतबर सतमबर|अकटबर अकतबर|नवबर नवमबर|दसबर दसमबर",
    "th": "มกราคม|กมภาพนธ|มนาคม|เมษายน|พฤษภาคม|มถนายน|กรกฎาคม|สงหาคม|กนยายน|ตลาคม|พฤศจกายน|ธนวาคม",
    "id": "januari|februari|maret|april|mei|juni|juli|agustus agt|september|oktober|november|desember",
}
_SHORTEST = 3


def folded(word: str) -> str:
    """Lower case, without accents and dots."""
    letters = unicodedata.normalize("NFKD", word.casefold()).replace("ı", "i").replace(".", "")
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).strip()


def numbers(words: Collection[str]) -> dict[str, int]:
    """Word to number of the month, 1 to 12, for those of the words that are months, in the language that knows most.

    Raises:
        ValueError: languages know as many and disagree, as on `listopad`, which is October or November.
    """
    found = [months for language in _NAMES if (months := _numbers(language, words))]
    most = max(map(len, found), default=0)
    readings = Counter(tuple(sorted(months.items())) for months in found if len(months) == most)
    best = readings.most_common(2)
    if len(best) == 2 and best[0][1] == best[1][1]:
        raise ValueError(f"{', '.join(word for word, _ in best[0][0][:4])} are months that languages read differently")
    return dict(best[0][0]) if best else {}


def _numbers(language: str, words: Collection[str]) -> dict[str, int]:
    return {word: month for word in words if (month := _number(language, folded(word)))}


@lru_cache(maxsize=4096)
def _number(language: str, word: str) -> int | None:
    months = [names.split() for names in _NAMES[language].split("|")]
    exact = [number for number, names in enumerate(months, 1) if word in names]
    if exact or len(word) < _SHORTEST:
        return exact[0] if exact else None
    begun = [number for number, names in enumerate(months, 1) if any(name.startswith(word) for name in names)]
    return begun[0] if len(begun) == 1 else None
