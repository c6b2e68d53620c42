"""Names in Latin script, from many countries; nothing else belongs here."""

FEMININE = """
Adele Agata Aisha Alicja Alma Amelia Anita Anna Annika Antonia Beatriz Birgit Bridget Camille Carla Carmen Catherine Cecilia
Chiara Clara Claire Cristina Daniela Diana Dorota Edith Elena Elisabeth Elizabeth Ella Emma Emilia Esther Eva Fatima Fiona
Franziska Frida Gabriela Giulia Greta Hanna Heidi Helena Hilde Imogen Ines Ingrid Irene Isabel Jana Johanna Joanna Judith
Julia Karin Katarzyna Katharina Kirsten Laura Lea Lena Linda Lotte Lucia Luise Magda Margaret Maria Marta Mathilde Monika
Nadia Nina Olga Olivia Patricia Paula Petra Priya Rachel Rebecca Renata Rita Rosalind Sabine Sandra Sarah Silvia Simone Sofia
Sophie Susan Svenja Tamara Teresa Ulrike Ursula Valentina Vera Veronica Victoria Yasmin Zofia Zuzanna
"""

MASCULINE = """
Adam Adrian Alan Albert Alejandro Alfred Andreas Andrew Anton Antonio Arjun Arthur Axel Benjamin Bernard Björn Boris Bruno
Carl Carlos Christoph Daniel David Dieter Diego Dominik Edward Emil Enrico Eric Felix Fernando Florian Francesco Franz
Frederik George Georg Giovanni Graham Gregor Gustav Hassan Heinrich Henrik Hugo Hugh Igor Ivan Jakob James Jan Javier Joachim
Johannes John Jonas Josef Julian Karl Kenneth Klaus Konrad Lars Leon Leonard Lorenzo Luca Lukas Magnus Manuel Marco Marek
Martin Mateusz Matthew Maurice Michael Mohammed Nikolai Oscar Otto Pablo Patrick Paul Pedro Peter Philip Pierre Rafael Ravi
Richard Robert Roland Samuel Sebastian Simon Stefan Stephen Sven Theodor Thomas Tobias Tomasz Ulrich Vincent Viktor Walter
Wolfgang Yusuf
"""

EITHER = """
Ainsley Alex Andrea Ariel Ash Ashley Auden Averil Bailey Blair Cameron Casey Charlie Chris Conny Dana Dara Devon Drew Eden
Elis Ellis Emerson Finley Gabi Gerrit Gili Harper Hollis Jamie Jean Jessie Jo Jody Jordan Kai Kelly Kerry Kim Kiran Kit
Leigh Leslie Lindsay Loren Luca Marion Mika Morgan Nico Noor Parker Quinn Reese Remy Riley Robin Rory Sacha Sam Sandy Sasha
Shannon Sidney Skyler Stevie Sunny Sydney Tanner Taylor Terry Toni Tracy Val Vivian Wren Yuri
"""

FAMILY = """
Abbott Ahlers Albrecht Almeida Andersen Arnaud Ashworth Aubert Bachmann Baines Barlow Bauer Baumann Beaumont Bellini Bennett
Berger Bernasconi Bianchi Blomqvist Bonnet Borg Bosman Brandt Bremer Briggs Calder Callahan Carvalho Castillo Chadwick
Chevalier Christensen Clausen Colombo Conti Corbett Costa Cremer Dahl Dalton Danner Dawson Delgado Delorme Diaz Dijkstra
Donnelly Dorn Drexler Duarte Dubois Dvorak Ebner Eckert Edwards Ekström Ellison Engel Erdmann Esposito Fabre Farrell Faulkner
Ferrari Fiedler Fischer Fleming Fontaine Forsberg Fournier Frank Fuchs Gallagher Garnier Gebhardt Gerber Giraud Goddard
Gomez Graf Greco Gruber Haas Hagen Halloran Hansen Harding Hartmann Hausmann Heller Hendriks Herzog Hoffmann Holm Horvat
Huber Hughes Iversen Jansen Jenkins Jensen Johansson Kaminski Kaplan Kaufmann Kessler Kirby Klein Koch Kovacs Kowalczyk Kramer
Krause Kroll Lambert Lang Larsen Laurent Lefevre Lehmann Lindberg Lombard Lorenz Ludwig Maier Marchand Marino Martel Mercier
Meyer Molina Moreau Moretti Moser Nagel Navarro Neumann Nielsen Nilsson Novak Nowicki Olsen Ortega Osborne Palmer Patel
Pedersen Perrin Petersen Pfeiffer Pinto Popescu Pratt Quintero Raab Ramos Rasmussen Reinhardt Renaud Ricci Riedel Rojas
Romano Rossi Roth Russo Ryan Sandoval Santos Sauer Schell Schmitt Schulte Schuster Seidel Serrano Sharma Silva Simmons
Sinclair Sorensen Stein Strand Sutter Tanaka Thiel Thomsen Torres Tremblay Ullrich Urban Valdez Varga Vidal Vogt Voss Wagner
Walsh Weber Weiss Wendt Werner Whitaker Winkler Wolff Yilmaz Zeller Zimmer
"""

PLACES = """
Aldermouth Altenbruch Amberleigh Ankerfeld Ardencourt Arnshagen Ashcombe Auervale Barrowmere Beckhausen Belcastel Birkenau
Blackmere Bornfeld Bramblewick Brennsdorf Brightwater Brockhaven Bruneval Cairnford Carrowby Clairmont Coldstow Corvenna
Dalebridge Dornheim Drakensund Dunmarsh Eastmere Ebersfeld Elmsworth Erlenbach Fairholm Falkenried Fernleigh Foxbourne
Freyhausen Garsdale Glenhollow Grauental Greywick Halvorsund Harrowfield Heidenau Highcombe Holmbury Irisvale Kaltenbrunn
Kestrelton Kirchmoor Lakenham Langwald Larkhaven Lindenfels Lowmarch Marienthal Maplecross Merrowdown Montclaire Neuhagen
Norbeck Oakhaven Ostermoor Pellworth Quillan Ravensmoor Rosental Sandhollow Saintclair Silverlea Steinfurth Stonebeck
Sulzheim Thornwick Tiefenau Underbarrow Valmont Vennebeck Westmarch Wolkenstein Yarrowford Zellingen
"""

COMPANIES = """
Alderon Ambervale Arctera Astralin Auronis Bellwether Brightfern Calandra Cedarline Celestor Cindermoor Clearhaven Copperleaf
Corvalis Crestmark Dawnbridge Deltaris Dovetail Driftwood Eastgrove Elmara Emberline Evercrest Fairwind Fenmark Firstlight
Foxglove Galvanta Glenmark Greystone Halcyon Harborlight Heliovar Highmark Hollowbrook Inverlane Ironvale Jadewell Juniperon
Keystonia Kingsmoor Lakeforge Larkspur Lumenor Maplecroft Meridane Millstone Moorgate Nordhaven Northbeam Oakmere Orchidea
Orvalis Pinecrest Portalis Quandor Ravenna Redfern Ridgeway Rowanberg Sablewood Silverbrook Solmara Stonefield Summerlin
Talvera Tidewell Timberlane Umbrasol Valoris Verdanta Wavecrest Westbrook Willowmark Windmere Yellowstar Zephyra
"""

STREETS_ENGLISH = """\
Alder Lane
Beech Road
Bellflower Street
Birch Avenue
Bramble Lane
Cedar Street
Chestnut Road
Clover Avenue
Copper Lane
Fern Street
Hawthorn Road
Heather Lane
Hazel Street
Juniper Avenue
Larch Road
Lavender Street
Linden Avenue
Maple Street
Meadow Lane
Mill Road
Orchard Street
Poplar Avenue
Quarry Lane
Rowan Road
Spruce Street
Thistle Lane
Walnut Avenue
Willow Road"""

STREETS_GERMAN = """
Ahornstraße Amselstraße Birkenallee Buchenstraße Drosselgasse Eibenstraße Erlenstraße Eschenstraße Farnstraße Fichtenstraße
Finkenstraße Fliederstraße Ginsterstraße Haselgasse Heidestraße Holunderstraße Kastanienallee Kieferngasse Lerchenstraße
Lindenallee Meisenstraße Mohnstraße Pappelallee Quellenstraße Rosenstraße Schlehengasse Tannenstraße Ulmenstraße
Veilchenstraße Weidenstraße Wiesenstraße
"""

WAYS_GERMAN = """
Ahornweg Amselweg Birkenweg Buchenweg Drosselweg Eibenweg Erlenweg Eschenweg Farnweg Fichtenweg Finkenweg Fliederweg Ginsterweg
Haselweg Heideweg Holunderweg Kastanienweg Kiefernweg Lerchenweg Lindenweg Meisenweg Mohnweg Pappelweg Quellenweg Rosenweg
Schlehenweg Tannenweg Ulmenweg Veilchenweg Wacholderweg Weidenweg Wiesenweg
"""

STREETS_FRENCH = """\
rue des Acacias
rue des Bleuets
rue des Bouleaux
rue des Chênes
rue des Érables
rue des Fougères
rue des Glycines
rue des Hêtres
rue des Iris
rue des Lilas
rue des Marronniers
rue des Mésanges
rue des Noisetiers
rue des Ormes
rue des Peupliers
rue des Pins
rue des Saules
rue des Tilleuls
rue des Violettes
rue du Verger"""
