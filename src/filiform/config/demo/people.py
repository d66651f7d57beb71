"""The demo's people: made up, and drawn with a seed so that every start tells the same story."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

STAFF = (
    # name, role, title, user name, place number
    ("Iris Lund", "front_desk", "", "iris", 0),
    ("Dana Reyes", "therapist", "PT", "dana", 0),
    ("Olga Brandt", "owner", "", "olga", 0),
    ("Ned Audley", "auditor", "", "ned", 0),
    ("Sam Obi", "therapist", "PT", "sam", 0),
    ("Mei Tanaka", "therapist", "DPT", "mei", 1),
    ("Jonas Weber", "therapist", "PT", "jonas", 2),
)

_WOMEN = (
    "Maya Lena Aisha Ruth Amy Elena Priya Carmen Noor Ingrid Yuki Zofia Fatima Grace Leila Hannah Rosa Chloe Mina Tara "
    "Olivia Sofia Nadia Joan Beatriz Esther Lucia Hana Miriam Paula Wanjiru Sinead Anya Delia Ximena Farah Greta Ines"
).split()
_MEN = (
    "Jon Tom Ben Peter Omar Luis Arjun Kofi Mateo Hiro Piotr Ahmed Liam Emeka Ivan Noah Carlos Henrik David Samir "
    "Marcus Felix Diego Tariq Oscar Victor Jamal Stefan Rohan Eamon Andre Pavel Cyrus Kwame Hugo Nils Theo Bruno"
).split()
_FAMILIES = (
    "Okafor Pike Fischer Ayala Adeyemi Novak Khan Lang Chu Moreno Patel Haddad Lindqvist Tanaka Kowalski Rahman Mensah "
    "Silva Nakamura Byrne Castillo Dubois Eriksen Farouk Gallo Hansen Ibrahim Jansen Kaplan Laurent Mbeki Nowak Ortiz "
    "Petrov Quinn Rossi Schmidt Tran Ueda Vargas Whitaker Xu Yilmaz Zamora Abbott Bello Cohen Duarte Engel Fonseca "
    "Greene Horvat Iqbal Jovanovic Keller Lopez Marsh Nguyen Owens Popescu Reid Santos Thorne Usman Vega Walsh"
).split()


@dataclass(frozen=True, slots=True)
class Person:
    given: str
    family: str
    sex: str
    birth_date: date
    phone: str
    email: str


def people(rng: Random, count: int, today: date) -> list[Person]:
    """`count` different people, 19 to 84 years old. Telephone numbers are of the range kept for fiction."""
    seen: set[tuple[str, str]] = set()
    made: list[Person] = []
    while len(made) < count:
        sex = rng.choice(("female", "male"))
        given, family = rng.choice(_WOMEN if sex == "female" else _MEN), rng.choice(_FAMILIES)
        if (given, family) in seen:
            continue
        seen.add((given, family))
        born = today - timedelta(days=rng.randint(19 * 365, 84 * 365))
        mail = f"{given}.{family}@example.org".lower()
        made.append(Person(given, family, sex, born, f"+1 512 555 01{len(made) % 100:02d}", mail))
    return made
