"""The commonest given names in Denmark, by which a person's name is known in small letters, alone or as a key.

After Danmarks Statistik's "Navne i hele befolkningen", with common spellings of the same names and the commonest of
those from abroad. Left out are names that are common words too (Bo, Fie, Liv, Mai, Rose, Sol).
"""

_NAMES = """
aage aase adam agnete ahmad ahmed aksel albert alberte alexander alfred ali alice alma amalie amanda amina amir
anders andrea andreas anette anita anja ann anna anne annelise annemarie annette anni annika anton arne arthur asger
astrid august axel benjamin benny bent bente berit betina bettina birgit birgitte birte birthe bjarne bjørn bodil
brian britt britta børge camilla carina carl carla carlo caroline carsten casper cathrine cecilie charlotte christen
christian christina christine christoffer christopher clara claus connie conny daniel daniela david dennis dorte
dorthe dorthea ebba ebbe edith egon ejnar elin eline elisabeth elise ella ellen else emil emilia emilie emily emma
emmy erik erling ernst esben ester esther eva evy fatima filip finn flemming frank frede frederik fredrik freja
frida frode gerda gert gitte grete grethe grith gudrun gunnar gurli gustav hanna hannah hanne hans harald harry
hasan hassan heidi helen helena helene helge helle henning henriette henrik henry hjalmar holger hugo hussein ib
ibrahim ida inga inge ingelise inger ingrid isabella ivan jack jacob jakob james jan jane janne janni jannie jannik
jasmin jean jens jeppe jesper jette jimmi jimmy joakim joan johan johanne johannes john johnny jonas jonathan
josefine josephine julia julie jytte jørgen jørn kaj kamilla karen karin karina karl karla karsten kaspar kasper
kathrine katja katrine keld kell kenneth kent kevin khaled kim kirsten kirstine kjeld klaus knud kristian kristina
kristine kristoffer kurt käthe laila lars lasse lauge laura laurits lea leif lena lene leo leon leonora liam lilian
lillian lilly linda line linea linnea lis lisbet lisbeth lise lissi lissy lone lotte louise lucas ludvig lukas lykke
mads magda magnus maj maja majken malene malou malthe manja marcus margit margrethe maria mariam marianne marie
marius mark markus marlene martha martin martine mathias mathilda mathilde matilde mette michael michelle mie mikael
mike mikkel milan mille mogens mohamad mohamed mohammad mohammed mona morten muhammad mustafa nadia nadja nanna
natasja nicklas nicolai nicoline niels nikolaj nikoline nina noah nora ole olga oliver olivia oscar oskar osman otto
ove palle patrick paul paula peder pelle per pernille peter philip pia poul preben rasmus rebecca regitze regnar
renata rene richard rikke rita robert roland rosa ruth sabrina said salma samuel sander sandra sanne sara sarah
sebastian selma signe sigrid silje simon simone sine sofia sofie solveig sonja sonny sophia sophie steen stefan
steffen sten stephanie stig stine susan susanne sussi sven svend søren sørine tanja tenna thea theis theodor therese
thomas thor thorkild tim tina tine tobias tom tommy tonny torben tove trine troels tue ulla ulrik valdemar vera
verner vibeke victor victoria viggo viktor vilhelm villads villy vilma vinnie vivi vivian wanda werner william
winnie xenia yasmin yusuf yvonne zahra zainab zenia åge åse
"""
GIVEN_NAMES = frozenset(_NAMES.split())
