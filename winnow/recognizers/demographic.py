"""What somebody is: nationality, origin, faith, profession, marital status, under the policy ``strict`` alone.

A nation's word counts where it is about a person: "a Turkish national", not "Turkish law". The word
"national" itself says nothing and stays. Ages are another entity.
"""

import re

from winnow.recognizers._base import LEFT, RIGHT, Bounds, Recognizer, Rule
from winnow.recognizers._peoples import DEMONYMS, FAITHFUL, PEOPLE
from winnow.recognizers._towns import TOWNS

_S = "[ \n]"
_NATION = rf"(?:{DEMONYMS})"
_NATIONS = rf"(?:ethnic{_S})?{_NATION}(?:(?:-|{_S}and{_S}|{_S}or{_S}|/){_NATION})?"
_SOMEBODY = (
    r"(?:[Hh]e|[Ss]he|[Ww]ho|I|[Tt]hey|(?:[Tt]he|[Hh]is|[Hh]er|[Aa]n?|[Oo]ur|[Mm]y) (?:[a-z]{3,12} )?(?:applicants?|man|woman|"
    r"claimant|complainant|plaintiff|defendant|patient|employee|victim|father|mother|husband|wife|son|daughter|brother|sister|"
    r"parents|colleague|witness|suspect|candidate|client|customer))"
)
_IS = rf"(?:is|was|are|were|am|being|became|becoming|become|been|remained){_S}(?:also{_S}|now{_S}|then{_S}|both{_S}|not{_S})?"

_PROFESSION = (
    r"(?:accountant|actor|actress|actuary|advocate|analyst|anaesthetist|anthropologist|archaeologist|architect|artist|astronomer|"
    r"auditor|author|baker|banker|barber|barrister|bartender|beautician|biologist|bookkeeper|bricklayer|broker|builder|"
    r"bus driver|businessman|businesswoman|businessperson|butcher|captain|caretaker|carpenter|cashier|chef|chemist|"
    r"chief executive|(?:chief|managing) (?:[a-z]+ )?(?:officer|director)|civil servant|cleaner|clerk|coach|colonel|composer|"
    r"conductor|conscript|constable|consultant|cook|craftsman|dancer|dentist|dermatologist|designer|detective|developer|"
    r"dietician|diplomat|docker|doctor|dressmaker|economist|editor|electrician|engineer|entrepreneur|farmer|firefighter|fireman|"
    r"fisherman|florist|football player|footballer|gardener|geologist|goldsmith|gynaecologist|hairdresser|headmaster|"
    r"headmistress|historian|housekeeper|housewife|housing officer|imam|insurance agent|interpreter|janitor|jeweller|joiner|"
    r"journalist|judge|labourer|laborer|lawyer|lecturer|librarian|lieutenant|locksmith|lorry driver|machinist|magistrate|"
    r"major|manager|mathematician|mason|mayor|mechanic|medical practitioner|merchant|midwife|miller|miner|model|musician|nanny|"
    r"neurologist|notary|novelist|nurse|nursery teacher|optician|painter|paramedic|pathologist|pensioner|pharmacist|"
    r"photographer|physician|physicist|physiotherapist|pianist|pilot|plasterer|plumber|poet|police officer|policeman|"
    r"policewoman|politician|porter|postman|priest|principal|prison officer|professor|programmer|prosecutor|psychiatrist|"
    r"psychologist|publisher|radiologist|receptionist|reporter|researcher|research assistant|roofer|sailor|salesman|salesperson|"
    r"saleswoman|sales assistant|scientist|sculptor|seamstress|secretary|security guard|sergeant|shepherd|shoemaker|"
    r"shopkeeper|singer|social worker|sociologist|soldier|solicitor|statistician|steward|stewardess|student|surgeon|surveyor|"
    r"tailor|tanner|taxi driver|teacher|technician|therapist|trader|trade unionist|translator|truck driver|tutor|typist|vet|"
    r"veterinarian|violinist|waiter|waitress|warehouseman|watchman|watchmaker|weaver|welder|worker|writer|non-commissioned "
    r"officer|army officer|officer)"
)
_QUALIFIED = r"(?!(?:the|of|an?|and|very|good|great|real|bad|more|as)\b)[A-Za-z][a-z-]{1,15}"
_JOB = rf"(?:{_QUALIFIED}{_S}){{0,3}}(?i:{_PROFESSION})s?"
_EMPLOYED = (
    r"(?:(?:self-)?[Ee]mployed|[Ww]ork(?:s|ed|ing)?|[Tt]rained|[Qq]ualified|[Pp]ractis(?:es|ed|ing)|[Ee]ngaged|[Hh]ired)"
)
_ANY_JOB = (
    rf"(?:{_QUALIFIED}{_S}){{0,4}}(?:[a-z]{{2,14}}(?:er|or|ist|ian|ant|man|woman|person|eer|ess|ary)|[a-z]{{1,8}}nurse)s?"
)
_THINGS = re.compile(
    r"(?:whole|wrapper|buffer|trigger|filter|container|server|barrier|layer|parameter|pointer|deterrent|matter|indicator|adapter|"
    r"factor|number|member|letter|order|other|former|latter|starter|summary|boundary|primary|proxy|tumor|driver|router|loader|"
    r"marker|counter|header|power|river|catalyst|mirror|error|constant|variant|manner|precursor|register)s?\Z"
)


def _a_job(match: re.Match[str]) -> Bounds | None:
    return None if _THINGS.search(match[1]) else match.span(1)


RECOGNIZER = Recognizer(
    name="demographic",
    entities=("DEMOGRAPHIC",),
    policies=frozenset({"strict"}),
    rules=(
        Rule(
            name="national",
            why="a nation's word before national, citizen or the like",
            pattern=re.compile(
                rf"{LEFT}({_NATIONS}){_S}(?:nationals?|citizens?|nationality|citizenship|passport[ -]holders?|subjects?(?! to)|"
                rf"expatriates?|[ie]mmigrants?|refugees?|asylum[ -]seekers?){RIGHT}"
            ),
            score=0.8,
            needs=("national", "citizen", "passport", "subject", "expatriate", "migrant", "refugee", "asylum"),
            group=1,
        ),
        Rule(
            name="origin",
            why="a nation's or a faith's word before origin, descent or the like",
            pattern=re.compile(
                rf"{LEFT}({_NATIONS}|{FAITHFUL}){_S}(?:(?:ethnic|national|family){_S})?(?:origins?|descent|ethnicity|"
                rf"extraction|ancestry|heritage|parentage|minority|roots|faith|religion|belief){RIGHT}"
            ),
            score=0.7,
            group=1,
            needs=(
                "origin", "descent", "ethnicity", "extraction", "ancestry", "heritage", "parentage", "minority", "roots",
                "faith", "religion", "belief",
            ),
        ),
        Rule(
            name="born",
            why="a place or a nation before born, based or the like",
            pattern=re.compile(
                rf"{LEFT}(?:[A-ZÀ-Þ][\w'’]{{2,20}}(?:[ -][A-ZÀ-Þ][\w'’]{{2,20}})?-born|(?:{_NATION}|(?i:{TOWNS})|London|Manchester|"
                rf"Dublin|Edinburgh|Istanbul|Ankara|Moscow|Warsaw|Lisbon|Amsterdam|Rotterdam|Kyiv|Kiev|New York|Chicago|Boston|"
                rf"Toronto|Sydney|Tokyo|Beijing|Shanghai|Delhi|Mumbai|Dubai|Cairo|Lagos|Nairobi|(?:[A-Z][a-z]+land)|UK|US|EU)-"
                rf"(?:based|educated|trained|raised)){RIGHT}"
            ),
            score=0.65,
            needs=("-born", "-based", "-educated", "-trained", "-raised"),
        ),
        Rule(
            name="person",
            why="a nation's or a faith's word after somebody is",
            pattern=re.compile(
                rf"\b{_SOMEBODY}{_S}{_IS}(?:(?:an?|of){_S})?(?:(?:devout|practising|practicing|ethnic){_S})?"
                rf"((?:{_NATIONS}|{PEOPLE}|{FAITHFUL})s?)(?=[.,;:)]|{_S}(?:and|but|or|by|who|from|living|born|with)\b|\Z)"
            ),
            score=0.7,
            group=1,
        ),
        Rule(
            name="people",
            why="a noun for somebody of a nation, after an article",
            pattern=re.compile(rf"\b(?:[Aa]|[Aa]n|[Tt]he|[Tt]wo|[Tt]hree|fellow)[ \n]((?:{PEOPLE})s?)(?![\w-]| [A-Z]| (?:position|vault))"),
            score=0.6,
            group=1,
        ),
        Rule(
            name="faith",
            why="a word for somebody of a faith, beside a word that says so",
            pattern=re.compile(
                rf"\b(?:devout|practising|practicing|a|an|are|as|converted to|were|two|by religion)[ \n]((?:{FAITHFUL})s?)"
                rf"(?=[.,;:)]|{_S}(?:and|but|or|by|who|from|living|born|with|man|woman|girl|boy|family|community|believers?)\b|\Z)|"
                rf"{LEFT}(Jehovah['’]s{_S}Witness(?:es)?){RIGHT}"
            ),
            score=0.65,
            check=lambda match: match.span(1 if match[1] else 2),
        ),
        Rule(
            name="profession",
            why="a profession after somebody is, or a nation's word before it",
            pattern=re.compile(
                rf"\b(?:{_SOMEBODY}{_S}{_IS}(?:(?:the|an?){_S}|(?={_PROFESSION}[.,;\n ]))|"
                rf"(?:by profession|profession is),?{_S}(?:an?{_S})?)"
                rf"({_JOB})"
                rf"{RIGHT}"
            ),
            score=0.6,
            group=1,
        ),
        Rule(
            name="by_profession",
            why="a word before by profession or by trade",
            pattern=re.compile(rf"\b[Aa]n?{_S}({_QUALIFIED}(?:{_S}{_QUALIFIED}){{0,3}}){_S}by (?:profession|trade|training){RIGHT}"),
            score=0.75,
            group=1,
            needs=("by profession", "by trade", "by training"),
        ),
        Rule(
            name="employed",
            why="a profession after works as, employed as or the like",
            pattern=re.compile(
                rf"\b{_EMPLOYED}{_S}(?:(?:part-time|full-time|there|abroad|mainly|[a-z]{{4,14}}ly){_S})?as{_S}(?:the{_S}|an?{_S})?"
                rf"({_JOB}|{_ANY_JOB}){RIGHT}"
            ),
            score=0.7,
            needs=(" as ", "\nas ", " as\n"),
            check=_a_job,
        ),
        Rule(
            name="post",
            why="a profession after the word for a post",
            pattern=re.compile(
                rf"\b(?:(?:[Pp]ost|[Pp]osition|[Jj]ob|[Cc]areer)\ (?:of|as)|[Oo]ccupation:|[Pp]rofession:|"
                rf"[Jj]ob title:){_S}(?:the{_S}|an?{_S})?({_JOB}){RIGHT}"
            ),
            score=0.65,
            group=1,
        ),
        Rule(
            name="marital",
            why="a marital or a family status of somebody",
            pattern=re.compile(
                rf"\b{_SOMEBODY}{_S}(?:{_IS}|got{_S}|(?:has|had|have){_S}been{_S})(?:an?{_S})?(married|divorced|widowed|single|unmarried|"
                rf"separated(?= from (?:his|her))|pregnant|(?:a{_S})?widow(?:er)?|(?:a{_S})?single{_S}(?:mother|father|parent)){RIGHT}|"
                rf"\b(?:[Mm]arital status|[Ff]amily status):[ \t]?([A-Za-z]{{4,12}})|\b([a-z]{{3,5}} (?:weeks|months) pregnant)\b"
            ),
            score=0.65,
            needs=(
                "married", "divorced", "widow", "single", "separated", "pregnant", "status:",
            ),
            check=lambda match: match.span(match.lastindex or 0),
        ),
    ),
)  # fmt: skip
