// The members of the United Nations and some others, with their capitals.

enum CountryTable {
    static func exact(_ words: String) -> Country? { index[key(words)].map { countries[$0] } }

    /// Also misheard: "franz". Names of the states of the USA and the like are none.
    static func country(_ words: String) -> Country? {
        let heard = key(words)
        if let country = exact(heard) { return country }
        guard !others.contains(heard) else { return nil }
        return Sounds.nearest(to: heard, among: index.keys.sorted()).flatMap(exact)
    }

    private static func key(_ words: String) -> String { words.hasPrefix("the ") ? String(words.dropFirst(4)) : words }

    static let countries: [Country] = table.split(separator: "\n").map { line in
        let parts = line.split(separator: "|").map(\.trimmed)
        let names = parts[0].split(separator: ",").map(\.trimmed)
        return Country(
            name: names[0], keys: names.map { key($0.lowercased()) }, capital: parts[1],
            note: parts.count > 2 ? parts[2] : nil)
    }

    private static let index: [String: Int] = {
        var result: [String: Int] = [:]
        for (number, country) in countries.enumerated() {
            for key in country.keys { result[key] = number }
        }
        return result
    }()

    /// Places that sound like a country and are none.
    private static let others: Set<String> = Set(
        """
        alabama,alaska,arizona,arkansas,california,colorado,connecticut,delaware,florida,hawaii,idaho,illinois,indiana,iowa,kansas,kentucky,louisiana,
        maine,maryland,massachusetts,michigan,minnesota,mississippi,missouri,montana,nebraska,nevada,new hampshire,new jersey,new mexico,new york,
        north carolina,north dakota,ohio,oklahoma,oregon,pennsylvania,rhode island,south carolina,south dakota,tennessee,texas,utah,vermont,virginia,
        washington,west virginia,wisconsin,wyoming,bavaria,saxony,tuscany,catalonia,quebec,ontario,europe,africa,asia,america,crime,cuba libre
        """.split { $0 == "," || $0 == "\n" }.map(String.init))

    private static let table = """
        Afghanistan|Kabul
        Albania|Tirana
        Algeria|Algiers
        Andorra|Andorra la Vella
        Angola|Luanda
        Antigua and Barbuda,antigua|Saint John's
        Argentina|Buenos Aires
        Armenia|Yerevan
        Australia|Canberra
        Austria|Vienna
        Azerbaijan|Baku
        the Bahamas|Nassau
        Bahrain|Manama
        Bangladesh|Dhaka
        Barbados|Bridgetown
        Belarus|Minsk
        Belgium|Brussels
        Belize|Belmopan
        Benin|Porto-Novo
        Bhutan|Thimphu
        Bolivia|Sucre|The capital of Bolivia is Sucre, and its government sits in La Paz.
        Bosnia and Herzegovina,bosnia|Sarajevo
        Botswana|Gaborone
        Brazil|Brasília
        Brunei|Bandar Seri Begawan
        Bulgaria|Sofia
        Burkina Faso|Ouagadougou
        Burundi|Gitega
        Cambodia|Phnom Penh
        Cameroon|Yaoundé
        Canada|Ottawa
        Cape Verde,cabo verde|Praia
        the Central African Republic|Bangui
        Chad|N'Djamena
        Chile|Santiago
        China|Beijing
        Colombia|Bogotá
        the Comoros|Moroni
        Costa Rica|San José
        Croatia|Zagreb
        Cuba|Havana
        Cyprus|Nicosia
        the Czech Republic,czechia|Prague
        the Democratic Republic of the Congo,congo kinshasa,democratic republic of congo,dr congo|Kinshasa
        Denmark|Copenhagen
        Djibouti|Djibouti
        Dominica|Roseau
        the Dominican Republic|Santo Domingo
        East Timor,timor leste|Dili
        Ecuador|Quito
        Egypt|Cairo
        El Salvador|San Salvador
        England|London
        Equatorial Guinea|Malabo|The capital of Equatorial Guinea was Malabo for decades, and its government has been moving to Ciudad de la Paz.
        Eritrea|Asmara
        Estonia|Tallinn
        Eswatini,swaziland|Mbabane
        Ethiopia|Addis Ababa
        Fiji|Suva
        Finland|Helsinki
        France|Paris
        Gabon|Libreville
        the Gambia|Banjul
        Georgia|Tbilisi|The capital of the country Georgia is Tbilisi, and that of the American state is Atlanta.
        Germany|Berlin
        Ghana|Accra
        Great Britain,britain|London
        Greece|Athens
        Greenland|Nuuk
        Grenada|Saint George's
        Guatemala|Guatemala City
        Guinea|Conakry
        Guinea-Bissau,guinea bissau|Bissau
        Guyana|Georgetown
        Haiti|Port-au-Prince
        Honduras|Tegucigalpa
        Hungary|Budapest
        Iceland|Reykjavik
        India|New Delhi
        Indonesia|Jakarta
        Iran|Tehran
        Iraq|Baghdad
        Ireland|Dublin
        Israel|Jerusalem|Israel calls Jerusalem its capital, but most other states keep their embassies in Tel Aviv.
        Italy|Rome
        Ivory Coast,cote d'ivoire|Yamoussoukro
        Jamaica|Kingston
        Japan|Tokyo
        Jordan|Amman
        Kazakhstan|Astana
        Kenya|Nairobi
        Kiribati|South Tarawa
        Kosovo|Pristina
        Kuwait|Kuwait City
        Kyrgyzstan|Bishkek
        Laos|Vientiane
        Latvia|Riga
        Lebanon|Beirut
        Lesotho|Maseru
        Liberia|Monrovia
        Libya|Tripoli
        Liechtenstein|Vaduz
        Lithuania|Vilnius
        Luxembourg|Luxembourg
        Madagascar|Antananarivo
        Malawi|Lilongwe
        Malaysia|Kuala Lumpur
        the Maldives|Malé
        Mali|Bamako
        Malta|Valletta
        the Marshall Islands|Majuro
        Mauritania|Nouakchott
        Mauritius|Port Louis
        Mexico|Mexico City
        Micronesia|Palikir
        Moldova|Chisinau
        Monaco|Monaco
        Mongolia|Ulaanbaatar
        Montenegro|Podgorica
        Morocco|Rabat
        Mozambique|Maputo
        Myanmar,burma|Naypyidaw
        Namibia|Windhoek
        Nauru|Yaren|Nauru has no official capital, and its government sits in Yaren.
        Nepal|Kathmandu
        the Netherlands,holland|Amsterdam
        New Zealand|Wellington
        Nicaragua|Managua
        Niger|Niamey
        Nigeria|Abuja
        North Korea|Pyongyang
        North Macedonia,macedonia|Skopje
        Northern Ireland|Belfast
        Norway|Oslo
        Oman|Muscat
        Pakistan|Islamabad
        Palau|Ngerulmud
        Palestine|Ramallah|Palestine claims East Jerusalem as its capital, and its government sits in Ramallah.
        Panama|Panama City
        Papua New Guinea|Port Moresby
        Paraguay|Asunción
        Peru|Lima
        the Philippines|Manila
        Poland|Warsaw
        Portugal|Lisbon
        Puerto Rico|San Juan
        Qatar|Doha
        the Republic of the Congo,congo brazzaville,republic of congo|Brazzaville
        Romania|Bucharest
        Russia,russian federation|Moscow
        Rwanda|Kigali
        Saint Kitts and Nevis|Basseterre
        Saint Lucia|Castries
        Saint Vincent and the Grenadines,saint vincent|Kingstown
        Samoa|Apia
        San Marino|San Marino
        Sao Tome and Principe|São Tomé
        Saudi Arabia|Riyadh
        Scotland|Edinburgh
        Senegal|Dakar
        Serbia|Belgrade
        Seychelles|Victoria
        Sierra Leone|Freetown
        Singapore|Singapore
        Slovakia|Bratislava
        Slovenia|Ljubljana
        the Solomon Islands|Honiara
        Somalia|Mogadishu
        South Africa|Pretoria|South Africa has three capitals: Pretoria, Cape Town and Bloemfontein.
        South Korea,korea|Seoul
        South Sudan|Juba
        Spain|Madrid
        Sri Lanka|Sri Jayawardenepura Kotte|The capital of Sri Lanka is Sri Jayawardenepura Kotte, next to Colombo, its largest city.
        Sudan|Khartoum
        Suriname|Paramaribo
        Sweden|Stockholm
        Switzerland|Bern
        Syria|Damascus
        Taiwan|Taipei
        Tajikistan|Dushanbe
        Tanzania|Dodoma
        Thailand|Bangkok
        Togo|Lomé
        Tonga|Nuku'alofa
        Trinidad and Tobago,trinidad|Port of Spain
        Tunisia|Tunis
        Turkey,turkiye|Ankara
        Turkmenistan|Ashgabat
        Tuvalu|Funafuti
        Uganda|Kampala
        Ukraine|Kyiv
        the United Arab Emirates,emirates,uae|Abu Dhabi
        the United Kingdom,uk|London
        the United States,united states of america,usa,us,america|Washington
        Uruguay|Montevideo
        Uzbekistan|Tashkent
        Vanuatu|Port Vila
        the Vatican,vatican city|Vatican City
        Venezuela|Caracas
        Vietnam|Hanoi
        Wales|Cardiff
        Yemen|Sanaa
        Zambia|Lusaka
        Zimbabwe|Harare
        """
}
