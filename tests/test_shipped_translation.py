"""The shipped translators over HTTP: everyday sentences read right, and nobody changes what another gets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import product

import numpy as np
import pytest

from seqserve import tasks
from seqserve.registry.store import Store
from seqserve.translation.predictor import TranslationQuery, Translator
from seqserve.translation.subword_tokenizer import END, START
from testing.service_process import CHECKOUT, Running, running
from training.translation import learning

STORE = Store(CHECKOUT / "models")
NAMES = STORE.names("translation")
IMPORTED = {"en-pt", "pt-en"}
TRAINED = sorted(set(NAMES) - IMPORTED)
ENGLISH = [name for name in NAMES if name.startswith("en-")]
MEGABYTE = 1024**2
EVERYDAY = {
    "en-fr": {
        "I like milk.": {"J'aime le lait."},
        "Where is the station?": {"Où est la gare ?", "Où se trouve la gare ?"},
        "I don't understand.": {"Je ne comprends pas."},
        "Thank you very much!": {"Merci beaucoup !"},
        "She is my sister.": {"C'est ma sœur.", "Elle est ma sœur."},
        "We have two dogs.": {"Nous avons deux chiens.", "On a deux chiens."},
        "Hello": {"Bonjour", "Salut"},
        "Paris": {"Paris"},
        "the house": {"la maison"},
        "(I like milk.)": {"(J'aime le lait.)"},
        "My code is X7Y9Z.": {"Mon code est X7Y9Z."},
        "NATO": {"NATO"},
        "Hello,": {"Bonjour,", "Salut,"},
        "Anna is here.": {"Anna est ici.", "Anna est là."},
        "I live in Germany.": {"Je vis en Allemagne.", "J'habite en Allemagne."},
        "I work for AT&T.": {"Je travaille pour AT&T."},
        "I LOVE NASA.": {"J'AIME NASA.", "J'ADORE NASA."},
        "I like <b>milk</b>.": {"J'aime le <b>lait</b>.", "J'aime <b>le lait</b>."},
        "Barack Obama was born in Berlin.": {"Barack Obama est né à Berlin."},
        "J. K. Rowling wrote it.": {"J. K. Rowling l'a écrit."},
        "It&apos;s raining.": {"Il pleut."},
        "I like&nbsp;milk.": {"J'aime le lait."},
        "I do NOT like milk.": {"Je n'aime pas le lait."},
        "He weighs 70 kg.": {"Il pèse 70 kg."},
        "My birthday is in September.": {"Mon anniversaire est en septembre."},
        "Our office is closed on Monday.": {"Notre bureau est fermé le lundi."},
        "I bought 11, 12 and 13 books.": {"J'ai acheté 11, 12 et 13 livres."},
        "I know Beatrix, Cornelius and Dimitri.": {"Je connais Beatrix, Cornelius et Dimitri."},
        "1) I am happy 😀": {f"1) Je suis {word} 😀" for word in ("heureux", "heureuse", "content", "contente")},
    },
    "en-es": {
        "I like milk.": {"Me gusta la leche."},
        "Where is the station?": {"¿Dónde está la estación?"},
        "I don't understand.": {"No entiendo.", "No comprendo.", "No lo entiendo."},
        "Thank you very much!": {"¡Muchas gracias!"},
        "She is my sister.": {"Ella es mi hermana.", "Es mi hermana."},
        "We have two dogs.": {"Tenemos dos perros.", "Nosotros tenemos dos perros."},
        "Hello": {"Hola"},
        "Paris": {"París", "Paris"},
        "the house": {"la casa"},
        "(I like milk.)": {"(Me gusta la leche.)"},
        "NATO": {"NATO"},
    },
    "en-pt": {
        "I like milk.": {"Eu gosto de leite.", "Gosto de leite."},
        "Where is the station?": {"Onde fica a estação?", "Onde está a estação?", "Onde é a estação?"},
        "I don't understand.": {"Eu não entendo.", "Não entendo.", "Não compreendo."},
        "She is my sister.": {"Ela é minha irmã.", "Ela é a minha irmã."},
        "We have two dogs.": {"Nós temos dois cães.", "Temos dois cães.", "Temos dois cachorros."},
        "Paris": {"Paris"},
        "the house": {"a casa"},
        "(I like milk.)": {"(Eu gosto de leite.)", "(Gosto de leite.)"},
        "NATO": {"OTAN", "NATO"},
        "My name is Anna.": {"Meu nome é Anna.", "O meu nome é Anna."},
        "My code is X7Y9Z.": {"Meu código é X7Y9Z.", "O meu código é X7Y9Z."},
        "I live in Germany.": {"Eu moro na Alemanha.", "Moro na Alemanha.", "Eu vivo na Alemanha."},
        "I LIKE MILK.": {"EU GOSTO DE LEITE.", "GOSTO DE LEITE."},
        "I like <b>milk</b>.": {"Eu gosto de <b>leite</b>."},
        "Please read the [user guide](https://example.com/guide) first.": {
            "Leia primeiro o [guia do usuário](https://example.com/guide).",
        },
        "![A cat](cat.png)": {"![Um gato](cat.png)"},
        "This is *very* important and _really_ urgent.": {"Isto é *muito* importante e _realmente_ urgente."},
        "Hello": {"Olá"},
        "Delete": {"Excluir", "Apagar", "Eliminar"},
        "January, February, March, April, May": {"Janeiro, Fevereiro, Março, Abril, Maio"},
        "The government has announced new taxes.": {"O governo anunciou novos impostos."},
        "He earned $3 million in 2019.": {"Ele ganhou 3 milhões de dólares em 2019."},
        "Hello {name}, welcome!": {"Olá {name}, bem-vindo!", "Olá {name}, seja bem-vindo!"},
        "1) I am happy 😀": {f"1) {words} 😀" for words in ("Eu estou feliz", "Estou feliz")},
    },
    "pt-en": {
        "Eu gosto de leite.": {"I like milk."},
        "Onde fica a estação?": {"Where is the station?"},
        "Não entendo.": {"I don't understand."},
        "Muito obrigado!": {"Thank you very much!"},
        "Ela é minha irmã.": {"She is my sister.", "She's my sister."},
        "Temos dois cachorros.": {"We have two dogs."},
        "Paris": {"Paris"},
        "OTAN": {"NATO"},
        "O Sr. Silva chegou ontem.": {"Mr. Silva arrived yesterday."},
        "Moro na Alemanha.": {"I live in Germany."},
        "EU GOSTO DE LEITE.": {"I LIKE MILK."},
        "FORA DE SERVIÇO": {"OUT OF SERVICE", "OUT OF ORDER"},
        "Às vezes chove.": {"Sometimes it rains."},
        "Olá": {"Hello", "Hi"},
        "Cancelar": {"Cancel"},
        "gato": {"cat"},
        "Olá {name}, você tem {count} mensagens.": {"Hello {name}, you have {count} messages."},
    },
}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(STORE.root, tmp_path_factory.mktemp("shipped")) as found:
        yield found


def translated(service: Running, texts: list[str], model: str = "en-fr", **options: object) -> list[str]:
    source, target = model.split("-")
    answer = service.client.post("/translate", json={"texts": texts, "source": source, "target": target, **options})
    assert answer.status_code == 200
    assert answer.json()["model"] == model
    return [result["text"] for result in answer.json()["translations"]]


def sentences() -> list[str]:
    """Two hundred, of three to about thirty words."""
    who = ["My neighbour", "The old teacher", "Tom", "Our new doctor", "The girl who lives upstairs"]
    does = ["is tired", "bought 3 apples", "wants to learn how to swim", "can't find the key", "never drinks coffee"]
    when = [".", " today.", ", but nobody believes it.", " because it was raining and there was nothing else to do!"]
    found = [f"{a} {b}{c}" for a, b, c in product(who, does, when)]
    return found + [
        f"{one[:-1]}, and {other[0].lower()}{other[1:]}" for one, other in zip(found, reversed(found), strict=True)
    ]


def test_english_to_french_is_shipped_and_the_default() -> None:
    assert STORE.default("translation") == "en-fr"
    assert "stable" in STORE.labels("translation", "en-fr")


every_model = pytest.mark.parametrize("name", NAMES)
every_trained_model = pytest.mark.parametrize("name", TRAINED)
every_imported_model = pytest.mark.parametrize("name", sorted(IMPORTED))
every_reader_of_english = pytest.mark.parametrize("name", ENGLISH)


@every_trained_model
def test_names_that_the_model_does_not_know_are_copied(name: str, service: Running) -> None:
    first, second = translated(service, ["My name is Anna.", "I met Giuseppe in Ljubljana."], name)
    assert "Anna" in first
    assert {"Giuseppe", "Ljubljana"} <= set(second.strip(".").split())


@every_trained_model
@pytest.mark.parametrize("frame", ["{} is my brother.", "I met {} yesterday.", "{}'s car is red.", "Hi {}!"])
def test_names_that_are_words_in_one_of_the_languages_are_copied(name: str, frame: str, service: Running) -> None:
    people = ["Thomas", "Ann", "Marie", "Donna", "Ben", "Tim", "Mark", "Rose", "Bill", "Frank", "Jack", "Will"]
    answers = translated(service, [frame.format(person) for person in people], name)
    assert [answer for person, answer in zip(people, answers, strict=True) if person not in answer] == []


@every_trained_model
def test_a_translator_takes_little_room_and_beats_its_baselines(name: str) -> None:
    artifact = STORE.read(STORE.resolve("translation", name, None))
    assert sum(map(len, artifact.files.values())) < 15 * MEGABYTE
    metrics = artifact.json("metrics.json")
    assert metrics["test"]["bleu"] > max(row["bleu"] for row in metrics["baselines"].values())
    assert "CC BY" in artifact.manifest.data.licence


@every_imported_model
def test_an_imported_translator_says_where_it_comes_from(name: str, service: Running) -> None:
    artifact = STORE.read(STORE.resolve("translation", name, None))
    assert sum(map(len, artifact.files.values())) < 19 * MEGABYTE
    metrics = artifact.json("metrics.json")
    assert metrics["test"]["bleu"] > 40 + metrics["baselines"]["copying the source"]["bleu"]
    assert abs(metrics["precision"]["float"]["bleu"] - metrics["test"]["bleu"]) < 0.5
    assert artifact.manifest.licence == "MPL-2.0"
    assert artifact.file("MPL-2.0.txt").startswith(b"Mozilla Public License Version 2.0")
    assert artifact.manifest.data.sha256 in artifact.file("NOTICE.txt").decode()
    (listed,) = [model for model in service.client.get("/models").json()["models"] if model["name"] == name]
    assert "Firefox Translations" in listed["data"]["name"]
    assert service.client.get(f"/models/translation/{name}").json()["data"] == listed["data"]


@every_imported_model
def test_what_a_program_fills_in_stays_in_an_imported_translation(name: str, service: Running) -> None:
    templates = ["{n}", "%s", "%1$d", "{{ n }}", "${n}", "%(n)s", ":nn", "%{n}", "{0}", '<x id="1"/>', "%@", "$t(n)"]
    templates += ["`n()`", "https://example.org/a?b=1", "a@b.org", "👍", "€3,50"]
    sentences = {"en": "The file {} could not be opened.", "pt": "O arquivo {} não pôde ser aberto."}
    texts = [sentences[name[:2]].replace("{}", template) for template in templates]
    found = translated(service, texts, name)
    assert [template for template, answer in zip(templates, found, strict=True) if template not in answer] == []
    assert not any("XX" in answer for answer in found)


CODE = [
    '`git commit -m "fix"`',
    "`red, green, blue, and black`",
    "`cost $3 million`",
    "`**x** and __y__`",
    "`cat x | grep y`",
    "`a  =  1. Then... b`",
    "`{n, plural, one {# file} other {# files}}`",
    f"`{'word ' * 40}end`",
    '<code class="x y">print(&quot;a. B&quot;)</code>',
    "<kbd>Ctrl</kbd>+<kbd>S</kbd>",
    "<samp>Error 404: not found.</samp>",
    '<span translate="no">Blue Sky Ltd.</span>',
    *("#%d", "\u20ac{price}", "#{{id}}", "%d%%", "{rate}%", "{h}:{m}", "{w}x{h}", "v{version}", "-{n}", "{{count}}x"),
    *("{{ name | upper }}", "{{t 'key'}}", "<?= $x ?>", "__NAME__", "@@name@@", "#name#", "\\(name)", "&lt;name&gt;"),
    *("(#123)", "(10.0.0.1:80)", "'a.txt'", "S/M/L", "c/o", '1/2"', "/index.php", "*.tar.gz", "foo.c", "-a", "DEBUG=1"),
    *("%.*s", "%pB", "@NAME@", "./run.sh", "../a/b.so", "~/.bashrc", "*.log", ".env", "(B)", "N/A", "I/O", "\u2318+C"),
]


@every_model
def test_code_comes_back_to_the_letter(name: str, service: Running) -> None:
    frames = ["Please use {} today.", "{} is wrong.", "USE {} NOW", 'She said "no" and saw {} on the first page.']
    frames += ["**Note:** Use {} or {}.", "<p>See {}, Anna, Tom, Max, and Paul.</p>"]
    texts = [frame.replace("{}", code) for code in CODE for frame in frames]
    wanted = [(code, frame.count("{}")) for code in CODE for frame in frames]
    answers = zip(texts, wanted, translated(service, texts, name), strict=True)
    assert [(text, answer) for text, (code, count), answer in answers if answer.count(code) != count] == []


@every_model
def test_everyday_sentences_read_right(name: str, service: Running) -> None:
    found = dict(zip(EVERYDAY[name], translated(service, list(EVERYDAY[name]), name), strict=True))
    assert {text: answer for text, answer in found.items() if answer not in EVERYDAY[name][text]} == {}


@pytest.mark.slow
@every_reader_of_english
def test_the_same_sentences_singly_together_and_from_many_clients_are_translated_alike(
    name: str, service: Running
) -> None:
    texts = sentences()
    assert len(texts) == 200
    together = translated(service, texts, name)
    with ThreadPoolExecutor(16) as clients:
        assert list(clients.map(lambda text: translated(service, [text], name)[0], texts)) == together
    assert len(set(together)) > 150


@every_reader_of_english
def test_what_is_no_language_comes_back(name: str, service: Running) -> None:
    texts = [
        "Call 555-1234 at 12:45.",
        "Visit https://example.org/a?b=1 today!",
        "I love you 😀",
        "<b>Good morning</b>",
    ]
    spans = ["555-1234", "https://example.org/a?b=1", "😀", "<b>"]
    for span, found in zip(spans, translated(service, texts, name), strict=True):
        assert span in found


def test_a_label_is_translated_whatever_follows_it(service: Running) -> None:
    texts = ["Password:", "WARNING: do not touch.", "<b>Error:</b> {reason}", "Status: OK"]
    known, warning, error, status = translated(service, texts)
    assert known == "Mot de passe :"
    assert warning.startswith("AVERTISSEMENT : ne ")
    assert error == "<b>Erreur :</b> {reason}"
    assert status.startswith("\u00c9tat : ")


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("Chapter III", "III"),
        ("Vitamin C is good.", "C"),
        ("x + y = 10", "x + y = 10"),
        ("The letter A", "A"),
        ("Elizabeth II died.", "Elizabeth II"),
        ("The value is Python 3.11.", "Python 3.11"),
        ("He lost -$5 today.", "-5 $"),
        ("The server 10.0.0.1:8080 is down.", "10.0.0.1:8080"),
        ("He drove at 50 km/h.", "50 km/h"),
        ("Delete '%s'?", "'%s'"),
        ("See __init__.py first.", "__init__.py"),
        ("Charles de Gaulle was here.", "Charles de Gaulle"),
        ("There are <b>5</b> items.", "<b>5</b>"),
        ("Apple Inc. bought it.", "Apple Inc."),
        ("5 - 10 minutes", "5 - 10"),
        ("Samuel L. Jackson is an actor.", "Samuel L. Jackson"),
        ("Section A of the form", "A"),
        ('The letter "e" is missing.', "\u00ab e \u00bb"),
        ("January 8-12, 2024", "8-12 janvier 2024"),
        ("E=mc\u00b2 is famous.", "E=mc\u00b2"),
        ("The May 2024 report is ready.", "mai 2024"),
        ("Click File > Save As to save it.", "Fichier > Enregistrer sous"),
    ],
)
def test_no_letter_sign_nor_unit_is_lost(text: str, span: str, service: Running) -> None:
    (found,) = translated(service, [text])
    assert re.search(rf"(?<!\w){re.escape(span)}(?!\w)", found.replace("\N{NO-BREAK SPACE}", " ")), found


def test_a_message_behind_a_label_is_translated(service: Running) -> None:
    (found,) = translated(service, ["Files: {count, plural, one {# file} other {# files}}"])
    assert found == "Fichiers : {count, plural, one {# fichier} other {# fichiers}}"


def test_a_letter_keeps_its_lines(service: Running) -> None:
    (found,) = translated(service, ["Dear Tom,\n\nHow are you? I am fine.\n  See you soon!\n"])
    assert [bool(line.strip()) for line in found.split("\n")] == [True, False, True, True, False]
    assert found.split("\n")[3].startswith("  ")


def test_capitals_stay_capitals(service: Running) -> None:
    assert translated(service, ["I LIKE MILK."]) == ["J'AIME LE LAIT."]


def test_a_long_paragraph_is_translated_whole(service: Running) -> None:
    text = " ".join(sentences())[:5_000]
    (found,) = translated(service, [text], beam=1)
    assert 0.5 * len(text) < len(found) < 2.5 * len(text)


@pytest.mark.parametrize("text", ["Qwrtz plmk vbnx.", "J'aime le lait.", "no no no no no no no no no no no", "x" * 300])
def test_what_is_no_english_is_answered_too(text: str, service: Running) -> None:
    (found,) = translated(service, [text])
    assert 0 < len(found) < 3 * len(text) + 20


@pytest.mark.slow
@every_trained_model
def test_keras_translates_the_same(name: str) -> None:
    """Greedily, with the network that the graphs were made from."""
    artifact = STORE.read(STORE.resolve("translation", name, None))
    predictor = tasks.load(artifact)
    assert isinstance(predictor, Translator)
    network = learning.network_of(artifact)
    for text in sentences()[:6]:
        prepared = predictor.prepare(TranslationQuery(text, beam=1))
        (sentence,) = prepared.sentences
        (((hypothesis, *_),),) = predictor.infer([prepared])
        tokens, written = np.array([sentence.tokens]), np.array([[START, *hypothesis.tokens]])
        outputs = network([tokens, np.array([tokens.shape[1]]), written])
        assert np.asarray(outputs)[0].argmax(axis=1).tolist() == [*hypothesis.tokens, END]
