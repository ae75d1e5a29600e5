"""Given names, which are never read: who somebody is says nothing about the help that they need or offer.

The common ones of the many origins of people in the Netherlands, written down for this project; names that are words
too (Lieve, Wil, Leen, Frans) are left to be read as words.
"""

_NAMES = """
aaltje aart abdi abdul abdullah abel ada adam adil adnan adriaan adriana adrian aida aisha aicha ahmad ahmed ahmet
ajay akke albert aleksandra alena alexander alexandra ali alice alicja alie alina aleid amal amina amine amir amira
amit anass anastasia andre andrea andreas andrei andrii andrzej aneta anett angela anil anita anja anka anke anna
annabel anne anneke annelies annemarie annie anouk ans anton antoine antonia antoon anwar arend arie arjan arno
arthur artur aseel asha asli asma astrid atie august aukje aya ayaan ayse aysegul aylin aziz azra
babette baran barbara bart bartek bas beata beatrix ben benjamin bep berend bernard bert berta betsie betty bianca
bilal bo bogdan boris boukje bram brandon brigitte burak
carla carlos carmen caroline cas catharina cecilia celine cem charlotte chantal chen chris christa christel
christiaan christina cindy claudia coby conny cor corina corine cornelis corrie cynthia
daan dagmar damian dan dana daniel daniela danielle danny daria dariusz david dawit deborah deepak demi denis dennis
desta dewi diana dick didier diederik diek dien dieuwke dilek dina dineke dirk dmytro dominik dora doris dorota
douwe durk
ebrar edith edo eduard edwin eef eelco eelke efrem egbert ekaterina ela elena elia elif elise elisabeth elke ella
ellen els elsa elske elvira emil emile emilia emilie emma emine emre eric erica erik esma esra esther eva evelien
evert ewa ewout eymen
fabian fadi fadila faisal fatih fatima fatma fatoumata femke fenna feyza fien filip floor florin fleur flip fokke
folkert francien francisca frank frans franziska fred freek frederik frieda froukje
gabriela gea geert geertje geertruida gerard gerben gerda gerrit gert gerrie giel gijs gilbert ginny gita giuseppe
goran gosia grace grietje grzegorz guus gwen
habib hadi hakan hakim halil halima hamid hamza hana hanan hanna hannah hanneke hans hanna harm harmen harry hasan
hassan hatice hayat heidi hein heleen helena helga helma hendrik hendrika hennie henk henny henriette herman hermien
hester hilda hilde hiwot houda hubert huseyin
ibrahim ida ikram ilham ilse ilona imane imke ina ineke inge ingrid iris irena irene irina irma isa isabel isabella
ivan ivo ivana iwona izabela
jaap jacob jacoba jacqueline jacques jakub jan jana janet janna janneke jannes jannie janusz jasmin jasper jean
jeanette jelena jelle jelmer jennifer jenny jens jeroen jessica jet jetske jeannette jikke jitske jo joan joana
joanna jochem joep joeri johan johanna johannes john jolanda jolanta joost jordy joris jos jose josef josephine joyce
juan judith julia julian juliette jurgen jurre justyna
kaat kadir kamal kamil karel karen karim karin karolina kasia kasper kassandra katarina katarzyna kate kateryna
katja kees kemal kerim kerstin kevin khadija khalid khaled kim kinga klaas klaske koen koos krijn krista krystyna
krzysztof kubra
lamine lana lara lars latifa laura leen leila lena lenie leon leonie lia lian lida lidia lidwien lien lies liesbeth
lieke lieve lila lina linda lisa lisanne lisette loes lola lotte louis louisa louise lubna luca lucas lucia lucja
lucy ludmila luis luuk lydia
maaike maarten maciej maddalena madelief magda magdalena mahmoud mahmut malika malgorzata manon manuel mara marcel
marcin marco marek margot margreet margriet maria mariam marianne marie marieke mariella marija marijke marina
marion marisa marjan marjolein marjolijn marleen marlies marloes marta martha marthe martijn martin martina maryam
mateusz matthijs maud maurice maurits max maya mechteld mehdi mehmet meike meindert melanie melek melissa melle merel
merve mia michael michal michel michiel mieke mien miep mike milan milena mirjam mirjana mo mohamed mohammad
mohammed mohamud mona monica monika monique mostafa mounir mourad murat mustafa myrthe
nabil nadia nadine naima najib nanda nando naomi natalia natalie natasja nathalie nazli neeltje nel nelleke nellie
nermin nesrin nicole nick nico nicolaas niels nienke nikolai nina noor noortje noud nour nuria nynke
oksana olaf oleksandr olena olga olivier omar onno orhan osman oumaima ousmane ozlem
pascal patricia patrick patrycja paula paulien pauline pawel pedro peggy petra petronella pia pieter pietje pim piotr
piet pleun priya przemek
quinten quincy quirine
rabia rachid rachel radoslaw rafal rajesh rajiv ralph ramazan ramon ramona rania rashid raquel ravi rebecca reem
reinder reinier reint remco renate rene renee renske resul reza ria rianne riccardo richard riekie rien riet rik rina
rinske rita ritske rob robbert robert roberto robin roelof roel roland rolf romy ron ronald ruben rudolf rukiye rutger
ruth ruud ryszard
saar saba sabine sabrina sadia safia said salah salem salim sallie salma sam samantha samir samira samuel sana sander
sandra sanne sara sarah saskia sebastiaan selam selin selma semra senait sergei serkan severine sezen shanti sharon
sheila sibel sidra siebe siegfried silke silvia simone sina sipke sita sjaak sjaan sjoerd sjors sofia sofie solomon
sonia sonja stan stanislaw stefan stefania stella stephanie steven stijn sultan sumaya sunil suleyman susan susanne
suzan svetlana sven sylvia sylwia
taeke takuya tamara tanja tariq tatiana ted teun teunis thea theo theresia thijs thomas thom tiana tiemen tijmen tim
tina tineke tirza titia tjitske tom tomas tomasz ton tonny tonnie tonia toon trees tristan trudy truida truus tsegay
tycho
ulla umar ursula ute
valentina vera verena veronica vesna victor victoria viktor vincent viola violeta volodymyr
wafa walid walter wanda wendela wendy wessel wiebe wiebren wieke wieslaw wiesje wietske wilhelmina wilhelm willeke
willem wilma wim winnie wojciech wouter wubbo
xander xavier xenia
yara yasin yasmin yasmina yassin yeliz yigit yohannes yolanda yonas younes youssef yuki yusuf yvette yvonne
abdullahi agnieszka aleksander anastasiia ashraf dorien gauke gerritje halyna hendrikje hylke ihor iryna jantje jorrit
kofi kwame liudmyla luigi mohamad muhammad muhammed mykola nataliia oleh omer osama rami rana rasha rashmi rixt samer
sietske sjouke sunita taras tetiana tjeerd trijntje vasyl viktoriia wael wytze yahya yana yevhen ymkje yuliia zeinab
zahra zaid zainab zakaria zbigniew zehra zeynep zofia zoe zoltan zuzanna
"""


_WORDS_TOO = """
bas ben bo dan dien elke els flip floor frank frans grace harm iris jet jo koos leen lies lieve lila madelief margriet
max merel mien mo noor said stan sultan ton toon trees viola
"""
GIVEN_NAMES = frozenset(_NAMES.split()) - frozenset(_WORDS_TOO.split())
"""In the notation of `matcher.language.normalise`."""
