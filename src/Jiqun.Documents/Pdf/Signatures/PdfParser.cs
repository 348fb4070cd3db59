using System.Globalization;
using System.Text;

namespace Jiqun.Documents.Pdf.Signatures;

/// <summary>Reads values in PDF's notation, strictly: what another reader might understand in another way is refused, a key given twice among it.</summary>
/// <param name="end">Nothing is read from here on.</param>
/// <param name="isFile">The bytes are the file itself, so that places in them are places in it.</param>
/// <remarks>Source: ISO 32000-1 §7.2, §7.3.</remarks>
sealed class PdfParser(ReadOnlyMemory<byte> bytes, int at, int end, bool isFile = true)
{
    const int MostDepth = 64, LongestWord = 128;

    /// <summary>Where the next value is looked for.</summary>
    public int At { get; private set; } = at;

    public bool IsAtEnd => At >= end;

    int depth;

    int Next => At < end ? bytes.Span[At] : -1;

    int After(int ahead) => At + ahead < end ? bytes.Span[At + ahead] : -1;

    /// <exception cref="UnreadableDocumentException">There is no value.</exception>
    public PdfObject Read()
    {
        SkipBlanks();
        switch (Next)
        {
            case '/': return new PdfName(Name());
            case '(': return Literal();
            case '<' when After(1) == '<': return Nested(Dictionary);
            case '<': return Hexadecimal();
            case '[': return Nested(Array);
            case (>= '0' and <= '9') or '+' or '-' or '.': return Number();
        }
        return Word() switch
        {
            "true" => new PdfBoolean(true),
            "false" => new PdfBoolean(false),
            "null" => PdfNull.Value,
            _ => throw Broken(),
        };
    }

    /// <summary>Whether this word comes next; if so, it is passed.</summary>
    public bool Take(string keyword)
    {
        SkipBlanks();
        var from = At;
        if (Word() == keyword)
            return true;
        At = from;
        return false;
    }

    public void Expect(string keyword)
    {
        if (!Take(keyword))
            throw Broken();
    }

    /// <exception cref="UnreadableDocumentException">What comes next is no whole number from 0 to <see cref="int.MaxValue"/>.</exception>
    public int Count()
    {
        SkipBlanks();
        var word = Word();
        return word.Length > 0 && word.All(char.IsAsciiDigit) && int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : throw Broken();
    }

    /// <summary>The bytes of a stream, once its keyword is passed.</summary>
    public ReadOnlyMemory<byte> Stream(long length)
    {
        At += (Next, After(1)) switch { ('\r', '\n') => 2, ('\n', _) => 1, _ => throw Broken() };
        if (length < 0 || length > end - At)
            throw Broken();
        var content = bytes.Slice(At, (int)length);
        At += (int)length;
        return content;
    }

    public void SkipBlanks()
    {
        for (; ; At++)
        {
            if (Next == '%')
                while (Next is not ('\r' or '\n' or -1))
                    At++;
            if (!IsBlank(Next))
                return;
        }
    }

    public static bool IsBlank(int value) => value is 0 or '\t' or '\n' or '\f' or '\r' or ' ';

    public static UnreadableDocumentException Broken() => new("seal-broken");

    static bool IsDelimiter(int value) => value is '(' or ')' or '<' or '>' or '[' or ']' or '{' or '}' or '/' or '%' or -1;

    string Word()
    {
        var from = At;
        while (!IsBlank(Next) && !IsDelimiter(Next))
            if (++At - from > LongestWord)
                throw Broken();
        return Encoding.Latin1.GetString(bytes.Span[from..At]);
    }

    string Name()
    {
        At++;
        var word = Word();
        if (!word.Contains('#', StringComparison.Ordinal))
            return word;
        var name = new StringBuilder();
        for (var i = 0; i < word.Length; i++)
        {
            if (word[i] != '#')
                name.Append(word[i]);
            else if (i + 2 < word.Length && char.IsAsciiHexDigit(word[i + 1]) && char.IsAsciiHexDigit(word[i + 2]))
            {
                name.Append((char)Convert.ToByte(word.Substring(i + 1, 2), 16));
                i += 2;
            }
            else
                throw Broken();
        }
        return name.ToString();
    }

    PdfObject Number()
    {
        var word = Word();
        if (long.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
            return whole is >= 0 and <= int.MaxValue && char.IsAsciiDigit(word[0]) && Reference((int)whole) is { } reference ? reference : new PdfInteger(whole);
        return double.TryParse(word, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var real) ? new PdfReal(real) : throw Broken();
    }

    PdfReference? Reference(int number)
    {
        var from = At;
        SkipBlanks();
        var generation = Word();
        if (generation.Length is > 0 and <= 5 && generation.All(char.IsAsciiDigit) && Take("R"))
            return new PdfReference(number, int.Parse(generation, CultureInfo.InvariantCulture));
        At = from;
        return null;
    }

    PdfString Literal()
    {
        var from = At++;
        var content = new MemoryStream();
        for (var open = 1; open > 0;)
        {
            var next = Next;
            At++;
            switch (next)
            {
                case -1: throw Broken();
                case '(': open++; break;
                case ')': open--; break;
                case '\\':
                    Escaped(content);
                    continue;
            }
            if (open > 0)
                content.WriteByte((byte)next);
        }
        return new PdfString(content.ToArray(), isFile ? from : -1, isFile ? At : -1, IsHex: false);
    }

    void Escaped(MemoryStream to)
    {
        var next = Next;
        At++;
        switch (next)
        {
            case 'n': to.WriteByte((byte)'\n'); break;
            case 'r': to.WriteByte((byte)'\r'); break;
            case 't': to.WriteByte((byte)'\t'); break;
            case 'b': to.WriteByte((byte)'\b'); break;
            case 'f': to.WriteByte((byte)'\f'); break;
            case '\n': break;
            case '\r':
                if (Next == '\n')
                    At++;
                break;
            case >= '0' and <= '7':
                var code = next - '0';
                for (var digits = 1; digits < 3 && Next is >= '0' and <= '7'; digits++, At++)
                    code = (code * 8) + (Next - '0');
                to.WriteByte((byte)(code & 0xFF));
                break;
            case -1: throw Broken();
            default: to.WriteByte((byte)next); break;
        }
    }

    PdfString Hexadecimal()
    {
        var from = At++;
        var length = bytes.Span[At..end].IndexOf((byte)'>');
        if (length < 0)
            throw Broken();
        var written = bytes.Span.Slice(At, length);
        At += length + 1;
        var digits = new char[length + 1];
        var count = 0;
        foreach (var each in written)
        {
            if (char.IsAsciiHexDigit((char)each))
                digits[count++] = (char)each;
            else if (!IsBlank(each))
                throw Broken();
        }
        var isHex = count == length && length % 2 == 0;
        if (count % 2 == 1)
            digits[count++] = '0';
        return new PdfString(Convert.FromHexString(digits.AsSpan(0, count)), isFile ? from : -1, isFile ? At : -1, isHex);
    }

    PdfObject Nested(Func<PdfObject> read)
    {
        if (++depth > MostDepth)
            throw Broken();
        var value = read();
        depth--;
        return value;
    }

    PdfArray Array()
    {
        At++;
        List<PdfObject> items = [];
        for (SkipBlanks(); Next != ']'; SkipBlanks())
            items.Add(Read());
        At++;
        return new PdfArray(items);
    }

    PdfDictionary Dictionary()
    {
        At += 2;
        Dictionary<string, PdfObject> entries = new(StringComparer.Ordinal);
        HashSet<string> empty = new(StringComparer.Ordinal);
        for (SkipBlanks(); Next == '/'; SkipBlanks())
        {
            var key = Name();
            var value = Read();
            if (empty.Contains(key) || !(value is PdfNull ? !entries.ContainsKey(key) && empty.Add(key) : entries.TryAdd(key, value)))
                throw Broken();
        }
        if (Next != '>' || After(1) != '>')
            throw Broken();
        At += 2;
        return new PdfDictionary(entries);
    }
}
