"""Large towns that a postcode of five or four digits alone may stand before: "75008 Paris" is a place, "12345 Files" is none.

Belongs here: names of towns. Does not belong here: the form of any address.
"""

TOWNS = (
    "Berlin|Hamburg|München|Muenchen|Munich|Köln|Koeln|Cologne|Frankfurt|Stuttgart|Düsseldorf|Duesseldorf|Leipzig|"
    "Dortmund|Essen|Bremen|Dresden|Hannover|Nürnberg|Duisburg|Bochum|"
    "Wuppertal|Bielefeld|Bonn|Münster|Mannheim|Karlsruhe|Augsburg|Wiesbaden|Mainz|Kassel|Kiel|Aachen|Halle|Magdeburg|"
    "Freiburg|Krefeld|Lübeck|Erfurt|Rostock|Potsdam|Heidelberg|"
    "Darmstadt|Regensburg|Würzburg|Ingolstadt|Ulm|Göttingen|Wolfsburg|Braunschweig|Saarbrücken|Jena|Trier|Paris|"
    "Marseille|Lyon|Toulouse|Nice|Nantes|Strasbourg|Montpellier|Bordeaux|"
    "Lille|Rennes|Reims|Toulon|Grenoble|Dijon|Angers|Nîmes|Le Havre|Saint-Étienne|Villeurbanne|Clermont-Ferrand|"
    "Aix-en-Provence|Brest|Tours|Limoges|Amiens|Metz|Besançon|Perpignan|"
    "Orléans|Rouen|Mulhouse|Caen|Nancy|Madrid|Barcelona|Valencia|Sevilla|Zaragoza|Málaga|Murcia|Palma|Bilbao|Alicante|"
    "Córdoba|Valladolid|Vigo|Gijón|Granada|Roma|Rome|Milano|Milan|Napoli|"
    "Torino|Palermo|Genova|Bologna|Firenze|Bari|Catania|Venezia|Verona|Messina|Padova|Trieste|Brescia|Parma|Modena|Wien|"
    "Vienna|Graz|Linz|Salzburg|Innsbruck|Klagenfurt|Zürich|Zurich|"
    "Genève|Geneva|Basel|Bern|Lausanne|Winterthur|Luzern|St\\. Gallen|Lugano|Bruxelles|Brussel|Brussels|Antwerpen|Gent|"
    "Liège|Leuven|Brugge|København|Copenhagen|Aarhus|Odense|Oslo|Bergen|"
    "Trondheim|Stavanger|Helsinki|Espoo|Tampere|Turku|Stockholm|Göteborg|Malmö|Luxembourg|Budapest|Praha|Brno|Ostrava|"
    "Bratislava|Košice|Ljubljana|Zagreb|Beograd|Sofia|București|Athens"
)
"""Alternatives of a pattern."""
