"""The parts of a person's name: titles, roles, and which forms of a name mean the same person.

Belongs here: what can be said of a name without its document. Does not belong here: finding names in text
(`winnow.recognizers.person`) and replacing them (`winnow.mentions`).
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from winnow.recognizers._base import words

TITLES = words(
    "mr mrs ms miss mx dr prof professor sir dame lord lady madam madame mme monsieur hon honourable honorable rev reverend fr "
    "judge justice senator herr frau fräulein señor señora sr sra signor signora pan pani doctor right the ing dipl "
)
"""Words before a name that are no part of it, lower case."""

_AFTER_NAME = words("am mp ms mla phd md esq jr sr ii iii iv msc bsc ba ma mba obe cbe mbe kc qc frs cpa ")  # post-nominals

ROLES = words(
    "speaker chair chairman chairwoman chairperson chairs moderator host guest interviewer interviewee agent customer client "
    "caller operator manager management marketing designer engineer developer analyst architect director officer president "
    "secretary treasurer clerk consultant assistant support staff team member participant presenter panelist panellist expert "
    "user interface industrial project product program programme senior junior lead head chief executive vice deputy acting "
    "financial technical technology information security sales human resources hr legal finance accounting operations service "
    "services business quality data research grad graduate undergrad undergraduate phd postdoc professor student "
    "teacher lecturer "
    "doctor nurse patient witness counsel lawyer attorney judge minister honourable honorable members some unknown "
    "unidentified "
    "male female man woman voice audience all everyone multiple both narrator announcer recording system bot assistant "
    "ai chatbot "
    "human narrator crowd interpreter translator translation q a question answer questioner respondent reporter editor author "
    "admin administrator the of and for an by an former ceo cfo cto coo cio vp qa ux ui it pm po scrum master owner "
    "stakeholder "
    "representative rep colleague trainer trainee intern facilitator organizer organiser supervisor principal partner "
    "associate "
)
"""Words that name a role rather than a person; a label made of nothing else (and numbers, single letters) is a role."""

NOT_NAMES = words(
    # salutations to nobody in particular
    "sir madam sirs team all everyone everybody colleagues colleague customer customers friends friend folks there "
    "valued client "
    "clients member members user users support service services hiring manager recruiter committee board editor reader readers "
    "guest guests parents parent students student resident applicant candidate author participants dear hello hi hey "
    "thanks thank "
    "please regards sincerely cheers best again "
    # offices that follow a title
    "speaker chair chairman chairwoman chairperson president minister secretary ambassador commissioner chancellor mayor prime "
    "deputy clerk member whip premier governor general house opposition "
    # organisations
    "inc ltd llc gmbh ag corp corporation company co group bank department office university institute school hospital centre "
    "center agency ministry committee council association foundation society union news press times helpdesk desk "
    "sales marketing "
    "billing accounts payroll hr it info admin noreply newsletter notifications alerts security legal finance engineering "
    # days and months
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august "
    "september october "
    "november december today tomorrow yesterday morning afternoon evening "
    # words that begin a sentence
    "the a an this that these those i we you he she it they and or but so if when while as at in on of for from with "
    "by to is are "
    "was were be been has have had do does did can could will would shall should may might must not no yes what who "
    "why how where "
    "which our your my his her its their re fwd fw subject date sent to cc bcc attached message email phone tel fax "
    "mobile good "
    "great just also however since because after before during then now here there let us let's i'm i'll i've we're "
    "we'll oh okay "
    "ok well yeah yes um uh so right hmm daily universe world america journal sent not applicable unknown none tbd tba "
    "n/a draft "
    "final confidential page version new "
    # what people say after "Thank you."
    "alright sorry sure exactly absolutely welcome bye goodbye cool perfect excellent nope yep yup mm hmm mhm lovely fine "
    "brilliant indeed really ah eh hm pardon mmm wow "
    # schools that are named after people
    "catholic high primary secondary grammar academy college "
)
"""Words that are no name although they stand where one would, lower case."""

AMBIGUOUS_PIECES = words(
    "may april june august mark will bill art grace hope rose joy faith dawn grant chase rob pat jack drew frank rich "
    "long short "
    "young small white black brown green gray grey gold silver stone wood woods field hill rivers lake ford bush park "
    "street lane "
    "bank banks bond price cash rice bean berry cook baker miller king queen bishop pope knight page best good wise "
    "sharp strong "
    "love day week winter summer spring north south east west english french german irish welsh scott england london paris "
    "washington lincoln case chance church bell ball bar box brand bridge bright broad burns camp christian city clay "
    "close cross "
    "dean early eve fair fine fish fox free friend gene gift glass guy hall hand hart hunt iris ivy jewel just land "
    "law lee major "
    "marks mason max mead mercy miles minister moon moss newman noble norm oliver paige pearl penny piper ray read "
    "reed reid rock "
    "root ross ruby rush sage sand sandy savage sky star summer sunny sue tell trip tucker van victor violet walker wall ward "
    "high waters way wells will windows wing woods worth wright york speaker chair holiday monday friday mission media "
)
"""Names that are also common words: a part of a name that is one of these is not looked for on its own, lower case."""

_FEMININE_TITLES = words("ms mrs miss frau madam madame mme señora sra signora pani lady dame ")
_MASCULINE_TITLES = words("mr sir lord herr herrn monsieur señor sr signor pan ")

SHORT_FORMS: Mapping[str, tuple[str, ...]] = {
    "alexander": ("alec",),
    "andrew": ("andy",),
    "anthony": ("tony",),
    "barbara": ("babs", "barb"),
    "benjamin": ("ben", "benny"),
    "catherine": ("cathy",),
    "daniel": ("dan", "danny"),
    "david": ("dave",),
    "deborah": ("debbie", "deb"),
    "elizabeth": ("liz", "lizzie", "beth", "betty"),
    "frederick": ("fred", "freddie"),
    "friedrich": ("fritz",),
    "gregory": ("greg",),
    "jacob": ("jake",),
    "james": ("jim", "jimmy"),
    "jeffrey": ("jeff",),
    "jennifer": ("jenny", "jen"),
    "joseph": ("joe", "joey"),
    "joshua": ("josh",),
    "katarzyna": ("kasia",),
    "katherine": ("kathy", "kate"),
    "kenneth": ("ken", "kenny"),
    "lawrence": ("larry",),
    "leonard": ("len", "lenny"),
    "małgorzata": ("gosia",),
    "margaret": ("maggie", "peggy"),
    "matthew": ("matt",),
    "michael": ("mike", "mick", "mickey"),
    "nicholas": ("nick",),
    "peter": ("pete",),
    "philip": ("phil",),
    "raymond": ("ray",),
    "rebecca": ("becky",),
    "richard": ("rick", "dick"),
    "robert": ("bob", "bobby", "rob", "robbie"),
    "ronald": ("ron", "ronnie"),
    "stephen": ("steve",),
    "susan": ("sue", "susie"),
    "thomas": ("tom", "tommy"),
    "timothy": ("tim",),
    "ulrich": ("uli",),
    "victoria": ("vicky",),
    "william": ("bill", "billy", "will", "willy"),
    "zachary": ("zack",),
}
"""Given names and the short forms that commonly mean them and no other name, case-folded; ``Chris`` and ``Ted`` are not here."""

LONG_FORMS: Mapping[str, str] = {short: long for long, shorts in SHORT_FORMS.items() for short in shorts}
"""The inverse of `SHORT_FORMS`."""

_INITIALS = re.compile(r"[^\W\d_](?:\.? ?[^\W\d_]){1,2}\.?")
_ADDRESS_LETTERS = str.maketrans({"ø": "o", "ł": "l", "ı": "i", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th"})

_PARTICLES = words("van von der den de del della di da dos du la le el al bin ibn ben st ter ten zu zum af av")
_POSSESSIVE = re.compile(r"['’][sS]\Z")
_LABEL_TOKEN = re.compile(r"[^\W_]+")
MIN_PIECE = 3  # letters of a single name that is looked for on its own: shorter ones are words too often


def is_role(label: str) -> bool:
    """Whether a speaker's ``label`` names a role (``Project Manager``, ``Speaker 1``, ``PhD D``) and no person."""
    tokens = _LABEL_TOKEN.findall(label.casefold())
    return (
        bool(tokens)
        and all(token in ROLES or len(token) == 1 or token.isdigit() for token in tokens)
        and not all(len(token) == 1 and not token.isdigit() and token not in {"q", "a"} for token in tokens)
    )


@lru_cache(maxsize=16_384)
def bare(name: str) -> str:
    """``name`` without title, post-nominals, what stands in brackets, and doubled spaces.

    ``Dr. Maria Keller MP (Leeds)`` gives ``Maria Keller``. A role with its holder in brackets gives the holder;
    ``Keller, Maria`` is turned round. A name of which nothing would be left comes back with its spaces collapsed.
    """
    text = " ".join(name.split())
    text = text.partition("<")[0].strip() or text
    head, bracket, rest = text.partition("(")
    if bracket:
        text = head if head.strip() and not is_role(head) else rest.partition("(")[0].rstrip(" )")
    parts = [part.strip() for part in text.split(",")]
    if len(parts) == 2 and parts[1].casefold().rstrip(".") not in _AFTER_NAME and len(parts[0].split()) <= 2:
        parts = [f"{parts[1]} {parts[0]}"]
    kept = [word.strip("\"'.,;:") for word in parts[0].split()]
    kept = [_POSSESSIVE.sub("", word) for word in kept if word]
    while len(kept) > 1 and kept[0].casefold() in TITLES:
        kept.pop(0)
    while len(kept) > 1 and kept[-1].casefold() in _AFTER_NAME and (len(kept) > 2 or kept[-1].isupper()):
        kept.pop()
    return " ".join(kept) or " ".join(name.split())


def canonical(name: str) -> str:
    """The form by which two spellings of a full name are the same person: bare and case-folded."""
    return bare(name).casefold()


def pieces(name: str) -> tuple[str, str] | None:
    """Given name and family name (with its particles) of a full ``name``; None for a single word."""
    kept = bare(name).split()
    if len(kept) < 2:
        return None
    first = len(kept) - 1
    while first > 1 and kept[first - 1].casefold() in _PARTICLES:
        first -= 1
    return kept[0], " ".join(kept[first:])


@lru_cache(maxsize=16_384)
def stands_alone(piece: str) -> bool:
    """Whether a part of a name may be looked for on its own: capitalised, long enough, and not a word of its own."""
    return (
        len(piece) >= MIN_PIECE
        and any(character.isupper() for character in piece)
        and piece.casefold() not in AMBIGUOUS_PIECES
        and piece.casefold() not in NOT_NAMES
        and piece.casefold() not in TITLES
        and not any(character.isdigit() for character in piece)
    )


@lru_cache(maxsize=16_384)
def plain(name: str) -> str:
    """``name`` as user names write it: case-folded letters without marks; signs other than letters and digits stay."""
    folded = unicodedata.normalize("NFKD", name.casefold().translate(_ADDRESS_LETTERS))
    return "".join(character for character in folded if not unicodedata.combining(character))


@lru_cache(maxsize=16_384)
def letters(name: str) -> str:
    """The plain letters of ``name`` as addresses write them: ``O'Connor`` gives ``oconnor``."""
    return "".join(character for character in plain(name) if character.isalpha())


def is_initials(name: str) -> bool:
    """Whether ``name`` is two or three initials in capitals: ``MK``, ``M.K.``, ``J R R``."""
    return name.isupper() and _INITIALS.fullmatch(name) is not None


def title_gender(name: str) -> str:
    """``f`` or ``m`` if a title before ``name`` says so (``Ms``, ``Herr``), else the empty string."""
    said = {
        "f" if word in _FEMININE_TITLES else "m"
        for word in (part.strip(".").casefold() for part in name.split()[:-1])
        if word in _FEMININE_TITLES or word in _MASCULINE_TITLES
    }
    return said.pop() if len(said) == 1 else ""


def is_particle(word: str) -> bool:
    """Whether ``word`` is a particle of family names, such as ``van``."""
    return word.casefold() in _PARTICLES
