namespace Jiqun.Core.Identifiers;

/// <summary>The names of the divisions, and what surrounds a name when it means the place.</summary>
sealed class Gazetteer
{
    /// <param name="Codes">Several: counties of the same name, or, with <paramref name="Group"/>, all of them at once.</param>
    /// <param name="Short">Without 省, 市 …: may be part of another word.</param>
    /// <param name="Alone">Counts only where no other word begins or ends at it.</param>
    sealed record Word(IReadOnlyList<Division> Codes, bool Short = false, bool Alone = false, bool Group = false);

    // what Chinese ends the names of its autonomous prefectures with, before 自治州
    static readonly string[] Peoples =
    [
        "朝鲜族", "土家族", "苗族", "藏族", "羌族", "彝族", "布依族", "侗族", "傣族", "景颇族", "傈僳族", "白族", "哈尼族", "壮族", "回族",
        "蒙古族", "蒙古", "哈萨克", "柯尔克孜",
    ];

    static readonly (string Name, string Code)[] ProvinceNames =
    [
        ("内蒙古", "150000"), ("内蒙", "150000"), ("广西", "450000"), ("西藏", "540000"), ("宁夏", "640000"), ("新疆", "650000"),
        ("广西自治区", "450000"), ("宁夏自治区", "640000"), ("新疆自治区", "650000"), ("新疆兵团", "650000"), ("广西省", "450000"),
        ("新疆生产建设兵团", "650000"), ("香港", "810000"), ("香港特区", "810000"), ("澳门", "820000"), ("澳门特区", "820000"),
    ];

    // short names of cities that are also everyday words, or begin or end one
    static readonly HashSet<string> Everyday =
    [
        "朝阳", "白银", "中山", "黄山", "海口", "大同", "长治", "安康", "安顺", "三明", "吉安", "长春", "玉树", "黄石", "山南", "大理", "来宾",
        "日照", "丽水", "海东", "海西", "海北", "黄南", "红河", "怒江", "四平", "白山", "白城", "和田", "阿里", "临夏", "广安", "汉中", "百色",
        "安阳", "中卫", "商洛", "南平", "资阳", "通化", "保定", "河池", "贵港", "湘西", "文山", "桂林", "玉林", "甘南", "宣城", "延边", "宜春",
        "南通", "西宁", "东营", "金华", "阳江", "河源", "安庆", "湖州", "成德", "沈大", "京津", "本溪", "平凉", "凉山", "固原",
    ];

    // names of counties that say no more than where in a city something lies
    static readonly HashSet<string> Generic =
    [
        "城区", "郊区", "矿区", "东区", "西区", "老城区", "新城区", "城中区", "城关区", "城东区", "城西区", "城北区", "城厢区", "市中区",
        "港口区", "河口区", "江南区", "江北区", "中原区", "红旗区", "高新区", "新市区", "港南区", "港北区", "港闸区", "经济技术开发区",
    ];

    // longer words that begin with or hold the name of a place
    static readonly string[] OtherWords =
    [
        "东北", "华北", "西北", "西南", "东南", "华南", "华东", "华中", "江南", "河西走廊", "海西经济区", "海峡西岸", "北京路", "南京路",
        "南通道", "河南岸", "海南岛", "上海合作组织", "长春花", "云南白药", "西藏路", "延安路", "中山路", "中山大学", "朝阳产业", "黄河", "长江",
    ];

    const string After = "路街镇乡村县区旗";            // 南京路 is not Nanjing
    const string Between = "和与及或至到的在跨含由以为指";

    readonly Dictionary<string, Division> byCode = new(3300);
    readonly Lexicon<Word> words = new();

    internal Gazetteer()
    {
        foreach (var row in Reference.Rows("divisions"))
        {
            var level = row[1] switch { "province" => DivisionLevel.Province, "city" => DivisionLevel.City, _ => DivisionLevel.County };
            byCode[row[0]] = new Division(row[0], level, row[2].Length == 0 ? null : row[2], row[3]);
        }
        foreach (var division in byCode.Values)
            AddNames(division);
        foreach (var (name, code) in ProvinceNames)
            words[name] = new Word([byCode[code]], Short: name.Length < 4);
        foreach (var row in Reference.Rows("division-groups"))
            words[row[0]] = new Word([.. row[1].Split(' ').Select(code => byCode[code])], Short: true, Everyday.Contains(row[0]), Group: true);
        foreach (var word in OtherWords)
            words[word] = new Word([]);
        All = [.. byCode.Values];
    }

    internal IReadOnlyCollection<Division> All { get; }

    internal Division? this[string code] => byCode.GetValueOrDefault(code);

    internal IReadOnlyList<Division> Named(string name) => words[name] is { Group: false } word ? word.Codes : [];

    void AddNames(Division division)
    {
        var name = division.Name;
        if (Divisions.IsRowOnly(division))
            return;
        words[name] = words[name] is { } same ? same with { Codes = [.. same.Codes, division] } : new Word([division]);
        if (division.Level == DivisionLevel.County)
            return;

        var brief = Brief(name);
        if (division.Level == DivisionLevel.City && name.EndsWith("自治州", StringComparison.Ordinal))
            words[brief + "州"] ??= new Word([division]);
        // 吉林 and 海南 are the provinces
        if (brief.Length > 1 && brief != name && words[brief] is null)
            words[brief] = new Word([division], Short: true, Everyday.Contains(brief));
    }

    static string Brief(string name)
    {
        foreach (var ending in (string[])["省", "市", "地区", "盟"])
            if (name.EndsWith(ending, StringComparison.Ordinal))
                return name[..^ending.Length];
        if (!name.EndsWith("自治州", StringComparison.Ordinal))
            return name;
        var brief = name[..^3];
        while (Peoples.FirstOrDefault(p => brief.EndsWith(p, StringComparison.Ordinal)) is { } people)
            brief = brief[..^people.Length];
        return brief;
    }

    internal IReadOnlyList<string> Find(string text)
    {
        var folded = HalfWidth.Of(text);
        List<Division> found = [];
        Division? city = null;                             // the city, or else the province, named last
        Division? province = null;
        var end = 0;                                       // where the last place named ends
        Division? last = null;

        for (var at = 0; at < folded.Length;)
        {
            var length = CodeAt(folded, at, out var places);
            if (length == 0)
                length = NameAt(folded, at, end, last, city, province, out places);
            if (length == 0)
            {
                at++;
                continue;
            }
            foreach (var place in places)
            {
                found.Add(place);
                last = place;
                province = byCode[$"{place.Code.AsSpan(0, 2)}0000"];
                city = place.Level switch
                {
                    DivisionLevel.Province => null,
                    DivisionLevel.City => place,
                    _ => byCode[place.Parent!],
                };
            }
            at += length;
            if (places.Count > 0)
                end = at;
            else
                last = null;
        }
        return MostSpecific(found);
    }

    IReadOnlyList<string> MostSpecific(List<Division> found)
    {
        HashSet<string> above = [];
        foreach (var place in found)
            for (var parent = place.Parent; !string.IsNullOrEmpty(parent); parent = byCode[parent].Parent)
                above.Add(parent);
        return [.. found.Select(place => place.Code).Where(code => !above.Contains(code)).Distinct()];
    }

    int CodeAt(string text, int at, out IReadOnlyList<Division> places)
    {
        places = [];
        if (!char.IsAsciiDigit(text[at]))
            return 0;
        var end = at;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '.' && end + 1 < text.Length && char.IsAsciiDigit(text[end + 1])))
            end++;
        var stands = at == 0 || !char.IsAsciiLetterOrDigit(text[at - 1]);
        if (stands && end - at == 6 && byCode.TryGetValue(text[at..end], out var place))
            places = [place];
        return end - at;
    }

    int NameAt(string text, int at, int end, Division? last, Division? city, Division? province, out IReadOnlyList<Division> places)
    {
        // 济南市中区 leaves out one 市 of 济南市市中区
        if (at == end && at > 0 && last is { Level: DivisionLevel.City } && last == city && text[at - 1] == '市'
            && words.LongestAt(text, at - 1, int.MaxValue, out var inner) is > 1 and var longer
            && inner!.Codes.FirstOrDefault(d => d.Parent == last.Code) is { } part)
        {
            places = [part];
            return longer - 1;
        }

        var adjacent = last is not null && text.AsSpan(end, at - end).IndexOfAnyExcept(' ') < 0;
        for (var below = int.MaxValue; words.LongestAt(text, at, below, out var word) is > 0 and var length; below = length)
        {
            places = [];
            if (word!.Codes.Count == 0)
                return length;
            if (!Stands(text, at, length, word, adjacent))
                continue;
            places = word.Group ? word.Codes : Choose(text, at, length, word.Codes, adjacent ? last : null, city, province);
            if (places.Count > 0)
                return length;
            if (word.Codes[0].Level == DivisionLevel.County)
                return length;                             // some county, but which cannot be told
        }
        places = [];
        return 0;
    }

    /// <summary>Whether the word is not merely part of another.</summary>
    bool Stands(string text, int at, int length, Word word, bool adjacent)
    {
        var next = at + length < text.Length ? text[at + length] : ' ';
        if (!word.Short)
            return (text[at + length - 1], next) is not (('区', '域') or ('县', '域') or ('市', '场') or ('市', '值'));
        if (After.Contains(next, StringComparison.Ordinal) || text.AsSpan(at + length).StartsWith("大道", StringComparison.Ordinal)
            || text.AsSpan(at + length).StartsWith("大街", StringComparison.Ordinal))
            return false;
        if (!word.Alone)
            return true;
        var before = at == 0 || adjacent || IsBoundary(text[at - 1]);
        return before && (at + length == text.Length || IsBoundary(next) || next is '全' or '市' or '等' || EndsPlace(text.AsSpan(at + length))
            || words.LongestAt(text, at + length, int.MaxValue, out _) > 0);
    }

    static bool EndsPlace(ReadOnlySpan<char> rest) =>
        rest.StartsWith("地区", StringComparison.Ordinal) || rest.StartsWith("境内", StringComparison.Ordinal)
        || rest.StartsWith("两市", StringComparison.Ordinal) || rest.StartsWith("三市", StringComparison.Ordinal)
        || rest.StartsWith("高新区", StringComparison.Ordinal) || rest.StartsWith("经", StringComparison.Ordinal);

    static bool IsBoundary(char c) => !char.IsLetter(c) && !char.IsAsciiDigit(c) || Between.Contains(c, StringComparison.Ordinal);

    /// <param name="before">The place that ends right before this one; null when none does.</param>
    static IReadOnlyList<Division> Choose(
        string text, int at, int length, IReadOnlyList<Division> candidates, Division? before, Division? city, Division? province)
    {
        if (candidates[0].Level != DivisionLevel.County)
            return candidates;
        var name = text.AsSpan(at, length);
        var inCity = city is null ? [] : candidates.Where(d => d.Parent == city.Code).ToList();
        if (length == 2 && before is null && at > 0 && !IsBoundary(text[at - 1]))
            return [];                                     // 主城区, 各市和县
        if (inCity.Count == 1)
            return inCity;
        if (Generic.Contains(name.ToString()) && (city is not null || before is null))
            return [];
        var inProvince = province is null ? [] : candidates.Where(d => d.Code.AsSpan(0, 2).SequenceEqual(province.Code.AsSpan(0, 2))).ToList();
        // 株洲市南海区: a place of that name elsewhere is not meant
        if (before is { Level: DivisionLevel.City })
            return [];
        if (inProvince.Count == 1)
            return inProvince;
        if (candidates.Count > 1 || before is not null || length == 2 && province is not null)
            return [];
        return candidates;
    }
}
