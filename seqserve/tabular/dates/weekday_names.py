"""Names of the days of the week in thirty-six languages, as the Unicode Common Locale Data Repository (CLDR) has them.

Letters are folded as those of months are. A name may be cut short, since a whole run of days is looked at.
"""

from __future__ import annotations

from collections.abc import Sequence

from seqserve.tabular.dates.month_names import folded

# Monday to Sunday, separated by |; several names of one day by blanks.
_NAMES = {
    "en": "monday|tuesday|wednesday|thursday|friday|saturday|sunday",
    "de": "montag|dienstag|mittwoch|donnerstag|freitag|samstag sonnabend|sonntag",
    "fr": "lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche",
    "es": "lunes|martes|miercoles x|jueves|viernes|sabado|domingo",
    "it": "lunedi|martedi|mercoledi|giovedi|venerdi|sabato|domenica",
    "pt": "segunda-feira|terca-feira|quarta-feira|quinta-feira|sexta-feira|sabado|domingo",
    "nl": "maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag",
    "pl": "poniedziałek pn|wtorek|sroda|czwartek|piatek pt|sobota|niedziela nd",
    "sv": "mandag|tisdag|onsdag|torsdag|fredag|lordag|sondag",
    "da": "mandag|tirsdag|onsdag|torsdag|fredag|lørdag|søndag",
    "fi": "maanantai|tiistai|keskiviikko|torstai|perjantai|lauantai|sunnuntai",
    "cs": "pondeli|utery|streda|ctvrtek|patek|sobota|nedele",
    "sk": "pondelok|utorok|streda|stvrtok|piatok|sobota|nedela",
    "hu": "hetfo|kedd|szerda|csutortok|pentek|szombat|vasarnap",
    "ro": "luni|marti|miercuri|joi|vineri|sambata|duminica",
    "tr": "pazartesi pzt pt|sali|carsamba|persembe|cuma|cumartesi cmt ct|pazar",
    "ru": "понедельник пн|вторник вт|среда ср|четверг чт|пятница пт|суббота сб|воскресенье вс",
    "uk": "понеділок пн|вівторок вт|середа ср|четвер чт|п'ятниця пʼятниця пт|субота сб|неділя нд",
    "el": "δευτερα|τριτη|τεταρτη|πεμπτη|παρασκευη|σαββατο|κυριακη",
    "hr": "ponedjeljak|utorak|srijeda|cetvrtak|petak|subota|nedjelja",
    "sl": "ponedeljek|torek|sreda|cetrtek|petek|sobota|nedelja",
    "et": "esmaspaev|teisipaev|kolmapaev|neljapaev|reede|laupaev|puhapaev",
    "lv": "pirmdiena pr|otrdiena|tresdiena|ceturtdiena|piektdiena pk|sestdiena|svetdiena",
    "lt": "pirmadienis pr|antradienis|treciadienis|ketvirtadienis kt|penktadienis pn|sestadienis st|sekmadienis sk",
    "ca": "dilluns dl|dimarts dt|dimecres dc|dijous dj|divendres dv|dissabte ds|diumenge dg",
    "bg": "понеделник пн|вторник вт|сряда ср|четвъртък чт|петък пт|събота сб|неделя нд",
    "sr": "ponedeljak понедељак|utorak уторак|sreda среда|cetvrtak четвртак|petak петак|subota субота|nedelja недеља",
    "ar": "الاثنين اثنين|الثلاثاء ثلاثاء|الاربعاء اربعاء|الخميس خميس|الجمعة جمعة|السبت سبت|الاحد احد",
    "he": "שני ב׳|שלישי ג׳|רביעי ד׳|חמישי ה׳|שישי ו׳|שבת ש׳|ראשון א׳",
    "fa": "دوشنبه|سه‌شنبه|چهارشنبه|پنجشنبه|جمعه|شنبه|یکشنبه",
    "hi": "सोमवार|मंगलवार|बुधवार|गुरुवार|शुकरवार|शनिवार|रविवार",
    "th": "วันจันทร์ จ|วันอังคาร อ|วันพธ พ|วันพฤหัสบดี พฤ|วันศกร์ ศ|วันเสาร์ ส|วันอาทิตย์ อา",
    "id": "senin|selasa|rabu|kamis|jumat|sabtu|minggu",
    "zh": "星期一 周一 週一|星期二 周二 週二|星期三 周三 週三|星期四 周四 週四|星期五 周五 週五|星期六 周六 週六|"
    "星期日 周日 週日 星期天",
    "ja": "月曜日 月|火曜日 火|水曜日 水|木曜日 木|金曜日 金|土曜日 土|日曜日 日",
    "ko": "월요일 월|화요일 화|수요일 수|목요일 목|금요일 금|토요일 토|일요일 일",
}
_WEEK = [[[folded(name) for name in names.split()] for names in language.split("|")] for language in _NAMES.values()]
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def days(words: Sequence[str]) -> list[int] | None:
    """The days that words are if they are days of one week as they follow each other, Monday as 0; or none.

    Five to seven words are, in one language; they may begin on any day. Single letters are only taken for a whole week.
    """
    if not 5 <= len(words) <= 7:
        return None
    cells = [folded(word) for word in words]
    for week in _WEEK:
        for first in range(7):
            run = [(first + at) % 7 for at in range(len(cells))]
            if all(_is(cell, week[day], len(cells)) for cell, day in zip(cells, run, strict=True)):
                return run
    return None


def _is(cell: str, names: Sequence[str], count: int) -> bool:
    return cell in names or (len(cell) >= (1 if count == 7 else 2) and any(name.startswith(cell) for name in names))
