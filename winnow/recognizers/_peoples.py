"""Adjectives and nouns for where people come from, and for what they believe.

Belongs here: names of nations, peoples and faiths as English writes them, capitalised. Does not belong here: when such a word is
about a person.
"""

DEMONYMS = (
    "Afghan|African|African American|African-American|Albanian|Algerian|American|Andalusian|Andorran|Angolan|Antiguan|Arab|"
    "Arabian|Argentine|Argentinian|Armenian|Aruban|Asian|Assyrian|Australian|Austrian|Azerbaijani|Azeri|Bahamian|Bahraini|"
    "Bangladeshi|Barbadian|Bashkir|Basque|Bavarian|Belarusian|Belarusan|Belgian|Belizean|Bengali|Beninese|Berber|Bermudian|"
    "Bhutanese|Bolivian|Bosnian|Bosniak|Botswanan|Brazilian|Breton|British|Bruneian|Bulgarian|Burkinabe|Burmese|Burundian|"
    "Cambodian|Cameroonian|Canadian|Cape Verdean|Caribbean|Castilian|Catalan|Caucasian|Chadian|Chechen|Chilean|Chinese|"
    "Circassian|Colombian|Comorian|Congolese|Coptic|Corsican|Costa Rican|Croat|Croatian|Cuban|Cypriot|Czech|Czechoslovak|"
    "Dagestani|Danish|Djiboutian|Dominican|Dutch|Ecuadorian|Ecuadorean|Egyptian|Emirati|English|Eritrean|Estonian|Ethiopian|"
    "European|Fijian|Filipino|Filipina|Finnish|Flemish|French|Frisian|Gabonese|Galician|Gambian|Georgian|German|Ghanaian|"
    "Greek|Greek-Cypriot|Greek Cypriot|Greenlandic|Grenadian|Guatemalan|Guinean|Gujarati|Guyanese|Haitian|Hausa|Hispanic|"
    "Honduran|Hong Kong|Hungarian|Icelandic|Igbo|Indian|Indonesian|Ingush|Inuit|Iranian|Iraqi|Irish|Israeli|Italian|Ivorian|"
    "Jamaican|Japanese|Jordanian|Kashmiri|Kazakh|Kazakhstani|Kenyan|Korean|Kosovan|Kosovar|Kurdish|Kuwaiti|Kyrgyz|Lao|Laotian|"
    "Latino|Latina|Latvian|Lebanese|Lesothan|Liberian|Libyan|Liechtenstein|Lithuanian|Luxembourg|Luxembourgish|Macedonian|"
    "Malagasy|Malawian|Malay|Malaysian|Maldivian|Malian|Maltese|Maori|Māori|Mauritanian|Mauritian|Mexican|Moldovan|Moldavian|"
    "Monegasque|Mongolian|Montenegrin|Moroccan|Mozambican|Namibian|Nepalese|Nepali|New Zealand|Nicaraguan|Nigerian|Nigerien|"
    "North Korean|Northern Irish|Norwegian|Omani|Ossetian|Pakistani|Palestinian|Panamanian|Paraguayan|Pashtun|Persian|"
    "Peruvian|Polish|Portuguese|Puerto Rican|Punjabi|Qatari|Roma|Romani|Romanian|Russian|Rwandan|Salvadoran|Sami|Samoan|"
    "Sardinian|Saudi|Saudi Arabian|Scottish|Senegalese|Serb|Serbian|Seychellois|Sicilian|Sierra Leonean|Silesian|Singaporean|"
    "Sinhalese|Slovak|Slovakian|Slovene|Slovenian|Somali|South African|South Korean|Soviet|Spanish|Sri Lankan|Sudanese|"
    "Surinamese|Swahili|Swazi|Swedish|Swiss|Syrian|Taiwanese|Tajik|Tamil|Tanzanian|Tatar|Thai|Tibetan|Togolese|Tongan|"
    "Trinidadian|Tunisian|Turkish|Turkish-Cypriot|Turkish Cypriot|Turkmen|Tyrolean|Ugandan|Uighur|Uyghur|Ukrainian|"
    "United Kingdom|Uruguayan|US|Uzbek|Venezuelan|Vietnamese|Vlach|Walloon|Welsh|Yemeni|Yoruba|Yugoslav|Zambian|Zimbabwean"
)
"""Alternatives of a pattern: adjectives, some of which are nouns too."""

PEOPLE = (
    "Briton|Bulgar|Dane|Dutchman|Dutchwoman|Englishman|Englishwoman|Finn|Frenchman|Frenchwoman|Icelander|Irishman|Irishwoman|"
    "Kurd|Lapp|Lett|Liechtensteiner|Luxembourger|Magyar|New Zealander|Northern Irishman|Pole|Romany|Scot|Scotsman|Scotswoman|"
    "Slav|Spaniard|Swede|Turk|Turkoman|Welshman|Welshwoman|Yugoslavian"
)
"""Alternatives of a pattern: nouns that are no adjectives."""

FAITHFUL = (
    "Jehovah['’]s Witness(?:es)?|Muslim|Moslem|Sunni(?: Muslim)?|Shi['’]?(?:a|ite|ah)(?: Muslim)?|Ahmadi(?:yya)?|Alevi|Alawite|"
    "Druze|Ismaili|(?:Roman |Greek )?Catholic|Protestant|Lutheran|Calvinist|Methodist|Baptist|Presbyterian|Anglican|Quaker|"
    "Mormon|Adventist|Seventh[- ]day Adventist|Pentecostal(?:ist)?|Evangelical|(?:Russian |Greek |Serbian )?Orthodox"
    "(?: Christian| Jew)?|Coptic Christian|Christian|Jew|Jewish|Hindu|Sikh|Buddhist|Jain|Parsi|Zoroastrian|Baha['’]?i|Baháʼí|"
    "Yazidi|Yezidi|Scientologist|Rastafarian|atheist|agnostic"
)
"""Alternatives of a pattern: who is of a faith, or of none."""
