"""Keys and tokens that open something: cloud keys, access tokens, JSON web tokens, private keys, addresses with credentials."""

import re

from winnow.recognizers._base import LEFT, RIGHT, Recognizer, Rule, when

_PREFIXED = "|".join(  # noqa: FLY002 - one issuer a line, each with its name
    (
        r"(?:AKIA|ASIA|ABIA|ACCA)[0-9A-Z]{16}",  # Amazon Web Services
        r"gh[pousr]_[A-Za-z0-9]{20,255}",  # GitHub
        r"github_pat_[A-Za-z0-9_]{22,255}",
        r"glpat-[\w-]{20,64}",  # GitLab
        r"xox[abeoprs]-[A-Za-z0-9-]{10,250}",  # Slack
        r"(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{10,250}",  # Stripe
        r"sk-[A-Za-z0-9_-]{20,250}",  # OpenAI and Anthropic
        r"AIza[0-9A-Za-z_-]{35}",  # Google
        r"ya29\.[0-9A-Za-z_-]{20,500}",
        r"npm_[A-Za-z0-9]{36}",
        r"pypi-[A-Za-z0-9_-]{50,500}",
        r"hf_[A-Za-z0-9]{30,64}",  # Hugging Face
        r"SG\.[\w-]{16,32}\.[\w-]{16,64}",  # SendGrid
        r"dop_v1_[0-9a-f]{64}",  # DigitalOcean
        r"shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}",  # Shopify
        r"eyJ[\w-]{8,2000}\.eyJ[\w-]{8,8000}\.[\w-]{10,2000}",  # JSON web token, RFC 7519
    )
)


def _random(text: str) -> bool:
    """Whether ``text`` mixes letters and digits, as keys do and words do not."""
    return any(character.isdigit() for character in text) and any(character.isalpha() for character in text)


RECOGNIZER = Recognizer(
    name="secret",
    entities=("SECRET",),
    rules=(
        Rule(
            name="prefix",
            why="a key or token whose first characters name who issued it",
            pattern=re.compile(rf"{LEFT}(?:{_PREFIXED}){RIGHT}"),
            score=0.99,
        ),
        Rule(
            name="private_key",
            why="a private key in PEM armour",
            pattern=re.compile(
                r"-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: "
                r"BLOCK)?-----(?:(?!-----)[\s\S]){0,20000}(?:-----END [A-Z0-9 ]{1,48}-----)?"
            ),
            score=1.0,
            needs=("-----BEGIN ",),
        ),
        Rule(
            name="connection",
            why="an address with a user name and a password in it",
            pattern=re.compile(
                r"[A-Za-z](?<![\w+.-].)[A-Za-z0-9+.-]{1,20}://[^\s:/@\ue002]{0,128}:[^\s@\ue002]{1,256}@[^\s<>\"'\ue002]{1,1000}"
            ),
            score=0.97,
            needs=("://",),
        ),
        Rule(
            name="connection_fields",
            why="a connection string with a key or password field",
            pattern=re.compile(
                r"(?:AccountKey|SharedAccessKey|Pwd|Password)\s?=\s?([^\s;\"'\ue002]{6,200})(?=;|\"|'|\s|\Z)", re.IGNORECASE
            ),
            score=0.9,
            group=1,
            needs=("=",),
        ),
        Rule(
            name="named",
            why="a random-looking value beside a word for a key",
            pattern=re.compile(
                r"(?:api[ _-]?key|access[ _-]?key(?:[ _-]?id)?|secret[ _-]?(?:access[ _-]?)?key|secret|"
                r"client[ _-]?secret|auth[ _-]?token|"
                r"access[ _-]?token|refresh[ _-]?token|token|bearer|private[ _-]?key)[\"']?(?:\s{0,2}[:=]\s{0,2}|"
                r"\sis\s|\s)[\"']?"
                r"([A-Za-z0-9_~+/.=-]{16,500})",
                re.IGNORECASE,
            ),
            score=0.85,
            group=1,
            check=when(_random, 1),
        ),
    ),
)
