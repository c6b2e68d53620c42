"""Keys and tokens that open something: cloud keys, access tokens, JSON web tokens, private keys, addresses with credentials.

A token of a known length may be wrapped once; what follows on the next line would else be left of it.
"""

import re

from winnow.recognizers._base import LEFT, RIGHT, Bounds, Recognizer, Rule

_HEX32 = r"[0-9a-fA-F]{32}"
# Where a PDF broke a line, or had a soft hyphen, there stands a hyphen or a line end amid a key of fixed length.
_ISSUERS = {  # how a token begins, lower case → its form
    ("akia", "asia", "abia", "acca"): r"(?:AKIA|ASIA|ABIA|ACCA)(?:-?\n?[0-9A-Z]){16}",  # Amazon Web Services
    ("ghp_", "gho_", "ghu_", "ghs_", "ghr_"): r"gh[pousr]_(?:(?:-?\n?[A-Za-z0-9]){36}|[A-Za-z0-9]{20,255})",  # GitHub
    ("github_pat_",): r"github_pat_[A-Za-z0-9_]{22,255}",
    ("glpat-", "gldt-", "glrt-", "glcbt-", "glptt-", "glft-"): r"gl(?:pat|dt|rt|cbt|ptt|ft)-[\w.-]{20,300}",  # GitLab
    ("xox", "xapp-"): r"(?:xox[abceoprs](?:\.xox[bp])?|xapp)-[A-Za-z0-9-]{10,250}",  # Slack
    ("sk_", "rk_", "pk_"): r"(?:sk|rk|pk)_(?:live|test|prod)_[A-Za-z0-9]{10,250}",  # Stripe
    ("whsec_",): r"whsec_[A-Za-z0-9+/=]{16,100}",
    ("sk-",): r"sk-(?=[A-Za-z_-]{0,60}[0-9])[A-Za-z0-9_-]{20,250}",  # OpenAI, Anthropic and others
    ("aiza",): r"AIza(?:\n?[0-9A-Za-z_-]){35}",  # Google
    ("ya29.",): r"ya29\.[0-9A-Za-z_-]{20,500}",
    ("gocspx-",): r"GOCSPX-[0-9A-Za-z_-]{20,40}",
    ("npm_",): r"npm_(?:-?\n?[A-Za-z0-9]){36}",
    ("pypi-",): r"pypi-[A-Za-z0-9_-]{50,500}",
    ("hf_", "api_org_"): r"(?:hf|api_org)_[A-Za-z0-9]{30,64}",  # Hugging Face
    ("sg.",): r"SG\.[\w-]{16,32}\.[\w-]{16,64}",  # SendGrid
    ("key-",): rf"key-{_HEX32}",  # Mailgun
    ("sk", "ac"): rf"(?:SK|AC){_HEX32}",  # Twilio
    ("do",): r"do[opr]_v1_[0-9a-f]{64}",  # DigitalOcean
    ("shp",): rf"shp(?:at|ca|pa|ss)_{_HEX32}",  # Shopify
    ("sq0",): r"sq0(?:atp|csp)-[\w-]{22,60}",  # Square
    ("dapi",): rf"dapi{_HEX32}(?:-[0-9])?",  # Databricks
    ("dckr_pat_",): r"dckr_pat_[\w-]{20,60}",  # Docker
    ("hvs.", "hvb."): r"hv[sb]\.[\w-]{24,300}",  # HashiCorp Vault
    ("lin_api_", "figd_", "ntn_", "gsk_", "r8_", "pcsk_", "sbp_", "glsa_", "xai-", "tvly-", "pmak-", "nrak-"): (
        r"(?:lin_api_|figd_|ntn_|gsk_|r8_|pcsk_|sbp_|glsa_|xai-|tvly-|PMAK-|NRAK-)[\w-]{24,200}"
    ),
    ("sntrys_", "sntryu_"): r"sntry[su]_[\w+/=-]{30,300}",  # Sentry
    ("atatt3",): r"ATATT3[\w=-]{60,300}",  # Atlassian
    ("age-secret-key-1",): r"AGE-SECRET-KEY-1[0-9A-Z]{58}",
    ("eyj",): r"eyJ[\w-]{8,2000}\.\n?eyJ[\w-]{4,8000}\.\n?[\w-]{0,2000}",  # JSON web token, RFC 7519
}
_PREFIXED = "|".join(_ISSUERS.values())
_STARTS = tuple(start for starts in _ISSUERS for start in starts)

_BODY = r"(?:(?:\s|\\n){1,4}(?:[A-Za-z0-9+/=]{16,100}|(?:Proc-Type|DEK-Info|Version|Comment): [^\n]{0,100})){0,400}"
_KEY_LINE = re.compile(r"[A-Za-z0-9+/=]{4,100}|[A-Z][A-Za-z-]{2,20}: [^\n]{0,100}")
_MOST_LINES = 400  # of a private key, before its last line

_NAME = (
    r"(?:api[ _-]?(?:key|token|secret)|app[ _-]?(?:key|secret|token)|access[ _-]?(?:key(?:[ _-]?id)?|token)|secret[ _-]?"
    r"(?:access[ _-]?)?(?:key|token)?|"
    r"client[ _-]?secret|auth(?:orization|entication)?[ _-]?(?:token|key)|refresh[ _-]?token|token|bearer|"
    r"private[ _-]?key|encryption[ _-]?key|"
    r"signing[ _-]?key|session(?:[ _-]?(?:id|token|key))|licen[cs]e[ _-]?key|account[ _-]?key|webhook[ _-]?secret|"
    r"credentials?|sharedaccesskey)"
)
_GIVEN = r"[\"'`]?(?:\s{0,2}(?::=|=>|[:=])\s{0,2}|\s(?:is|was|ist|lautet|est|es)\s|\s)(?:Bearer |Basic )?[\"'`]?"
_FILLED_IN = re.compile(r"\$[{(]|<|\{\{|%\(|x{6}|\*{4}|your[_-]|example[_-]?|(?:os|process)\.|\.env|get|env\[", re.IGNORECASE)
_FRONT = (re.compile(r"[\w~.-]{3}\Z"), re.compile(r"(?<![0-9])[0-9]{8,10}\Z"))
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{1,20}\Z")


def _random(match: re.Match[str]) -> Bounds | None:
    """Takes values that mix letters and digits, as keys do and words, names of variables and sentences do not."""
    value = match[1].rstrip(".")
    digits = sum(character.isdigit() for character in value)
    if not digits or not any(character.isalpha() for character in value) or _FILLED_IN.match(value):
        return None
    if digits < 3 and (value.islower() or value.isupper()):  # "utf8_general_ci_name", "text-embedding-ada2"
        return None
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\S*|[a-z]+(?:[-_./][a-z0-9]+){2,}", value):
        return None
    return match.start(1), match.start(1) + len(value)


def _form(match: re.Match[str]) -> Bounds | None:
    """A client secret of Microsoft Entra, or a bot's token of Telegram, with what stands before its mark."""
    front = _FRONT[match[0][0] == ":"].search(match.string, max(0, match.start() - 11), match.start())
    return (front.start(), match.end()) if front else None


def _with_scheme(match: re.Match[str]) -> Bounds | None:
    scheme = _SCHEME.search(match.string, max(0, match.start() - 24), match.start())
    return (scheme.start(), match.end()) if scheme else None


def _headless(match: re.Match[str]) -> Bounds | None:
    """A private key of which only the end is left: the lines of it above its last line."""
    text, start = match.string, match.start()
    for _ in range(_MOST_LINES):
        line = text.rfind("\n", max(0, start - 122), max(start - 1, 0)) + 1
        if line >= start or not _KEY_LINE.fullmatch(text[line : start - 1].strip()):
            break
        start = line
    return start, match.end()


def _set(match: re.Match[str]) -> Bounds | None:
    value = match[1].strip("\"'`")
    if len(value) < 6 or _FILLED_IN.match(value) or value.casefold() in {"changeme", "required", "optional", "string"}:
        return None
    start = match.start(1) + match[1].index(value)
    return start, start + len(value)


RECOGNIZER = Recognizer(
    name="secret",
    entities=("SECRET",),
    rules=(
        Rule(
            name="prefix",
            why="a key or token whose first characters name who issued it",
            pattern=re.compile(rf"{LEFT}(?:{_PREFIXED}){RIGHT}"),
            score=0.99,
            starts=_STARTS,
        ),
        Rule(
            name="form",
            why="a key or token of a form that only one issuer uses",
            pattern=re.compile(r"[78]Q~[\w~.-]{31,34}|:AA[\w-]{33}"),
            score=0.95,
            starts=("7q~", "8q~", ":aa"),
            check=_form,
        ),
        Rule(
            name="private_key",
            why="a private key in PEM armour, whole or its beginning",
            pattern=re.compile(
                r"-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----"
                rf"(?:(?:(?!-----)[\s\S]){{0,20000}}-----END [A-Z0-9 ]{{1,48}}-----|{_BODY})"
            ),
            score=1.0,
            starts=("-----begin ",),
        ),
        Rule(
            name="private_key_end",
            why="the end of a private key in PEM armour",
            pattern=re.compile(r"-----END (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----"),
            score=1.0,
            starts=("-----end ",),
            check=_headless,
        ),
        Rule(
            name="putty",
            why="a private key of PuTTY",
            pattern=re.compile(r"PuTTY-User-Key-File-[0-9]: (?:(?!Private-MAC)[\s\S]){0,20000}Private-MAC: [0-9a-f]{40,64}"),
            score=1.0,
            starts=("putty-user-key-file-",),
        ),
        Rule(
            name="connection",
            why="an address with a user name and a password in it",
            pattern=re.compile(
                r"://[^\s:/@\ue002\"'<>]{0,128}:[^\s@\ue002\"'<>/]{0,256}"
                r"(?:/[^\s@/\ue002]{0,64})?@[^\s<>\"'\ue002]{1,1000}"
                ),
            score=0.97,
            starts=("://",),
            check=_with_scheme,
        ),
        Rule(
            name="connection_fields",
            why="a connection string with a key or password field",
            pattern=re.compile(
                r"(?:AccountKey|SharedAccessKey|SharedAccessSignature|Pwd|Password)\s?=\s?([^\s;\"'\ue002]{6,200})(?=;|"
                r"\"|'|\s|\Z)", re.IGNORECASE
            ),
            score=0.9,
            group=1,
            starts=("accountkey", "sharedaccess", "pwd", "password"),
        ),
        Rule(
            name="authorization",
            why="the credentials of an authorisation header",
            pattern=re.compile(
                r"authorization[\"']?\s{0,2}[:=]\s{0,2}[\"']?(?:Basic|Bearer|Digest|Token|"
                r"ApiKey) {1,2}([A-Za-z0-9_~+/.=-]{6,2000})", re.IGNORECASE
            ),
            score=0.95,
            group=1,
            starts=("authorization",),
        ),
        Rule(
            name="variable",
            why="the value of a variable whose name says that it is a secret",
            pattern=re.compile(
                r"(?:^|(?<=[\s;]))(?:export |set |ENV )?[A-Z][A-Z0-9_]{0,40}(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|PASS|"
                r"PWD|CREDENTIALS|DSN)(?:_[A-Z0-9]{1,20})? ?="
                r" ?([^\s#\ue002]{6,400})",
                re.MULTILINE,
            ),
            score=0.9,
            needs=("key=", "token=", "secret=", "password=", "passwd=", "pass=", "pwd=", "credentials=", "dsn=", "key =",
            "token =", "secret =", "_id="),
            check=_set,
        ),
        Rule(
            name="named",
            why="a random-looking value beside a word for a key",
            pattern=re.compile(rf"{_NAME}{_GIVEN}([A-Za-z0-9_~+/.=-]{{16,500}})", re.IGNORECASE),
            score=0.85,
            starts=(
                "api", "app", "access", "secret", "client", "auth", "refresh", "token", "bearer", "private", "encryption",
                "signing", "session", "licen",
                "account", "webhook", "credential", "sharedaccesskey",
            ),
            check=_random,
        ),
    ),
)  # fmt: skip
