// Pairs of opposites.

enum OppositeTable {
    /// The word that was meant and its opposite; also misheard words, since a word of the table must stand here.
    static func opposite(of word: String) -> (word: String, other: String)? {
        let meant = table[word] == nil ? Sounds.nearest(to: word, among: table.keys.sorted(), editsMax: 1) : word
        return meant.flatMap { meant in table[meant].map { (meant, $0) } }
    }

    private static let table: [String: String] = {
        var result: [String: String] = [:]
        let words = pairs.split(whereSeparator: \.isWhitespace).map(String.init)
        for index in stride(from: 0, to: words.count - 1, by: 2) {
            let (a, b) = (words[index], words[index + 1])
            if result[a] == nil { result[a] = b }
            if result[b] == nil { result[b] = a }
        }
        return result
    }()

    private static let pairs = """
        hot cold  big small  large small  good bad  up down  in out  inside outside  left right  day night  black white  dark light  bright dark
        fast slow  quick slow  high low  happy sad  old young  new old  rich poor  strong weak  long short  tall short  hard soft  heavy light
        easy difficult  open closed  full empty  wet dry  clean dirty  early late  first last  love hate  win lose  begin end  start finish
        push pull  give take  buy sell  near far  above below  over under  before after  always never  yes no  true false  right wrong
        friend enemy  hero villain  peace war  summer winter  north south  east west  front back  top bottom  thick thin  wide narrow
        deep shallow  loud quiet  noisy quiet  smooth rough  sharp blunt  sweet sour  brave cowardly  safe dangerous  cheap expensive  alive dead
        asleep awake  beautiful ugly  pretty ugly  clever stupid  smart stupid  kind cruel  polite rude  lazy hardworking  lucky unlucky
        possible impossible  visible invisible  honest dishonest  patient impatient  legal illegal  regular irregular  happiness sadness
        laugh cry  arrive leave  come go  remember forget  sit stand  sleep wake  ask answer  question answer  import export  increase decrease
        more less  most least  many few  everything nothing  everybody nobody  everyone nobody  somebody nobody  everywhere nowhere  with without
        man woman  boy girl  king queen  brother sister  mother father  husband wife  son daughter  uncle aunt  heaven hell  success failure
        victory defeat  birth death  life death  entrance exit  arrival departure  future past  question answer  real fake  public private
        single married  guilty innocent  male female  modern ancient  maximum minimum  positive negative  major minor  plus minus  add subtract
        multiply divide  optimist pessimist  optimistic pessimistic  tight loose  calm nervous  healthy sick  accept refuse  attack defend
        build destroy  create destroy  catch throw  fill empty  float sink  forward backward  guest host  teacher student  warm cool  fresh stale
        raw cooked  straight crooked  simple complicated  rare common  strange normal  careful careless  hopeful hopeless  useful useless
        appear disappear  agree disagree  like dislike  lock unlock  tie untie  on off  here there  now then  sunrise sunset
        dawn dusk  ceiling floor  generous stingy  humble proud  absent present  artificial natural  solid liquid  permanent temporary
        """
}
