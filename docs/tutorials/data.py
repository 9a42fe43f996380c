"""Makes the files of the tutorials: `python docs/tutorials/data.py shops > shops.csv`, or load, tickets, terms.

The files are made up, the same ones each time, and look like exports of real systems.
"""

from __future__ import annotations

import csv
import random
import sys
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from itertools import product

import numpy as np

Row = tuple[object, ...]


def shops() -> Iterator[Row]:
    """Daily sales of forty shops for a year, and the promotions of the week to come, whose sales are blank."""
    yield "shop", "date", "sales", "promo"
    first, days, ahead = date(2025, 1, 1), 365, 7
    for shop in range(1, 41):
        chance = np.random.default_rng(shop)
        level, week = chance.uniform(40, 400), chance.uniform(0.6, 1.5, 7)
        for day in range(days + ahead):
            promo = int(chance.random() < 0.15)
            mean = level * week[day % 7] * (1.5 if promo else 1) * (1 + 0.2 * np.sin(2 * np.pi * day / 365))
            sales = int(chance.poisson(mean))
            yield f"shop {shop:02}", first + timedelta(day), sales if day < days else "", promo


def load() -> Iterator[Row]:
    """Hourly load of a town in MW for ten weeks, and the temperature, whose forecast goes on for a day."""
    yield "time", "load", "temperature"
    chance, first, hours = np.random.default_rng(0), datetime(2026, 1, 5), 24 * 7 * 10
    weather = 0.0
    for hour in range(hours + 24):
        at = first + timedelta(hours=hour)
        weather = 0.98 * weather + chance.normal(0, 0.8)
        temperature = 4 + 4 * np.sin(2 * np.pi * (at.hour - 9) / 24) + weather
        people = 12 * np.sin(2 * np.pi * (at.hour - 7) / 24) + (6 if at.weekday() < 5 else -4)
        load = 80 + people + 1.5 * max(0.0, 15 - temperature) + chance.normal(0, 1)
        yield at.isoformat(" ", "minutes"), f"{load:.1f}" if hour < hours else "", f"{temperature:.1f}"


def tickets() -> Iterator[Row]:
    """Messages of customers, and the team that answered each, which is the wrong one for a few."""
    yield "message", "team"
    what = {
        "billing": [
            "the invoice",
            "a charge on my card",
            "the refund",
            "the payment",
            "the receipt",
            "my subscription fee",
        ],
        "delivery": [
            "my parcel",
            "the courier",
            "the shipment",
            "my order",
            "the tracking number",
            "the delivery address",
        ],
        "technical": ["the app", "the login page", "my password", "the printer driver", "the update", "the export"],
    }
    said = {
        "billing": ["is wrong this month", "was taken twice", "has not arrived on my account", "shows the old amount"],
        "delivery": ["has not arrived", "was left at the wrong door", "is late again", "says delivered, and it is not"],
        "technical": ["crashes when I open it", "shows an error", "does not work since yesterday", "is very slow"],
    }
    opening = ["Hello,", "Hi team,", "Good morning.", "Third time I write:", "Please help:", ""]
    ending = [
        "Can you check?",
        "Please call me.",
        "Thanks, Anna",
        "This is urgent.",
        "I need an answer today.",
        "",
    ]
    rows = [
        (" ".join(filter(None, [before, f"{thing} {problem}.".capitalize(), after])), team)
        for team in what
        for before, thing, problem, after in product(opening, what[team], said[team], ending)
    ]
    chance = random.Random(0)
    for message, team in chance.sample(rows, 600):
        yield message, chance.choice(list(what)) if chance.random() < 0.06 else team


def terms() -> Iterator[Row]:
    """Sentences of a shop's catalogue in English and French, in the words of that shop."""
    yield "en", "fr"
    things = {
        "basket": "panier",
        "voucher": "bon",
        "store": "magasin",
        "order": "bon de commande",
        "pick-up": "retrait",
    }
    frames = {
        "Your {} is ready.": "Votre {} est prêt.",
        "The {} is on the table.": "Le {} est sur la table.",
        "I need a {}.": "J'ai besoin d'un {}.",
        "Where is my {}?": "Où est mon {} ?",
        "Tom forgot his {}.": "Tom a oublié son {}.",
        "This {} is new.": "Ce {} est nouveau.",
        "Can you show me the {}?": "Pouvez-vous me montrer le {} ?",
        "We do not have a {}.": "Nous n'avons pas de {}.",
    }
    for (english, french), (thing, chose) in product(frames.items(), things.items()):
        yield english.format(thing), french.format(chose)


FILES: dict[str, Callable[[], Iterator[Row]]] = {"shops": shops, "load": load, "tickets": tickets, "terms": terms}

if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in FILES:
        sys.exit(f"usage: python docs/tutorials/data.py {'|'.join(FILES)}")
    csv.writer(sys.stdout, lineterminator="\n").writerows(FILES[sys.argv[1]]())
