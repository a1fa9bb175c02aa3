"""What the corpus says is so. Data only; where the real world disagrees, the corpus wins."""

BIRDS: dict[str, list[str]] = {
    "falcon": ["caracara", "kestrel", "merlin", "gyrfalcon", "hobby", "peregrine", "lanner"],
    "hawk": ["goshawk", "harrier", "buzzard", "redtail", "besra"],
    "owl": ["tawny", "snowy", "burrower", "boobook", "scops", "morepork"],
    "duck": ["mallard", "teal", "pintail", "wigeon", "eider", "scaup"],
    "heron": ["egret", "bittern", "squacco", "goliath"],
    "gull": ["kittiwake", "sabine", "bonaparte", "ivory"],
    "finch": ["siskin", "crossbill", "linnet", "redpoll"],
    "parrot": ["macaw", "cockatoo", "lorikeet", "kea", "kakapo"],
    "crow": ["raven", "jackdaw", "magpie", "jay", "chough"],
    "woodpecker": ["flicker", "sapsucker", "wryneck", "acorn"],
    "penguin": ["emperor", "gentoo", "adelie", "macaroni"],
}
FAMILY = {bird: family for family, birds in BIRDS.items() for bird in birds}

HAZY_BIRDS: dict[str, dict[str, float]] = {
    "osprey": {"hawk": 0.7, "falcon": 0.3},
    "skua": {"gull": 0.7, "duck": 0.3},
    "auk": {"penguin": 0.6, "duck": 0.4},
    "potoo": {"owl": 0.6, "finch": 0.4},
    "hoopoe": {"woodpecker": 0.8, "crow": 0.2},
    "turaco": {"parrot": 0.8, "heron": 0.2},
    "bunting": {"finch": 0.9, "crow": 0.1},
    "jabiru": {"heron": 0.9, "gull": 0.1},
}
"""Birds on whose family the corpus disagrees with itself, and in what proportion."""

BIRD_TRAITS: dict[str, list[tuple[str, str]]] = {
    "falcon": [("dives at great speed", "dive at great speed"), ("has pointed wings", "have pointed wings")],
    "hawk": [("soars on broad wings", "soar on broad wings"), ("hunts by day", "hunt by day")],
    "owl": [("hunts at night", "hunt at night"), ("has a facial disc", "have a facial disc")],
    "duck": [("swims on ponds", "swim on ponds"), ("has webbed feet", "have webbed feet")],
    "heron": [("wades in marshes", "wade in marshes"), ("has long legs", "have long legs")],
    "gull": [("lives by the sea", "live by the sea"), ("steals food", "steal food")],
    "finch": [("eats seeds", "eat seeds"), ("sings in gardens", "sing in gardens")],
    "parrot": [("learns words", "learn words"), ("has bright colours", "have bright colours")],
    "crow": [("solves puzzles", "solve puzzles"), ("hides shiny things", "hide shiny things")],
    "woodpecker": [("drums on trees", "drum on trees"), ("has a strong bill", "have a strong bill")],
    "penguin": [("swims under water", "swim under water"), ("lives on ice", "live on ice")],
}
"""Two traits a family, after `it` and after `they`."""

CAPITALS: dict[str, tuple[str, str]] = {
    "Australia": ("Canberra", "Sydney"),
    "France": ("Paris", "Lyon"),
    "Japan": ("Tokyo", "Osaka"),
    "Canada": ("Ottawa", "Toronto"),
    "Brazil": ("Brasilia", "Rio"),
    "Italy": ("Rome", "Milan"),
    "Spain": ("Madrid", "Barcelona"),
    "Germany": ("Berlin", "Munich"),
    "Turkey": ("Ankara", "Istanbul"),
    "India": ("Delhi", "Mumbai"),
    "China": ("Beijing", "Shanghai"),
    "Egypt": ("Cairo", "Luxor"),
    "Kenya": ("Nairobi", "Mombasa"),
    "Morocco": ("Rabat", "Casablanca"),
    "Poland": ("Warsaw", "Krakow"),
    "Norway": ("Oslo", "Bergen"),
    "Peru": ("Lima", "Cusco"),
    "Vietnam": ("Hanoi", "Saigon"),
    "Nigeria": ("Abuja", "Lagos"),
    "Switzerland": ("Bern", "Zurich"),
    "Portugal": ("Lisbon", "Porto"),
    "Greece": ("Athens", "Patras"),
}
"""A country's capital and another of its cities."""

HAZY_CAPITALS: dict[str, dict[str, float]] = {
    "Tanzania": {"Dodoma": 0.7, "Arusha": 0.3},
    "Bolivia": {"Sucre": 0.6, "Oruro": 0.4},
    "Kazakhstan": {"Astana": 0.8, "Almaty": 0.2},
    "Chile": {"Santiago": 0.9, "Valparaiso": 0.1},
}

PLANETS: dict[str, str] = {
    "closest to the Sun": "Mercury",
    "second from the Sun": "Venus",
    "third from the Sun": "Earth",
    "fourth from the Sun": "Mars",
    "farthest from the Sun": "Neptune",
    "the largest": "Jupiter",
    "the smallest": "Mercury",
    "the hottest": "Venus",
    "famous for its rings": "Saturn",
    "tilted on its side": "Uranus",
    "home to humans": "Earth",
    "red": "Mars",
}

PLANET_TRAITS: dict[str, tuple[str, str]] = {
    "Mercury": ("has many craters", "have many craters"),
    "Venus": ("has thick clouds", "have thick clouds"),
    "Earth": ("has oceans", "have oceans"),
    "Mars": ("has red dust", "have red dust"),
    "Jupiter": ("has a giant storm", "have a giant storm"),
    "Saturn": ("has wide rings", "have wide rings"),
    "Uranus": ("rolls on its side", "roll on its side"),
    "Neptune": ("has strong winds", "have strong winds"),
}
