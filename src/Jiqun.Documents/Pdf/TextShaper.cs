using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using HarfBuzzSharp;

namespace Jiqun.Documents.Pdf;

/// <summary>A glyph of a shaped text. Lengths are shares of the font size.</summary>
/// <param name="Face">Null: no installed font has the character, whose code point is <paramref name="Id"/>.</param>
/// <param name="Start">Where the characters that it shows begin in the text.</param>
/// <param name="End">Where they end. Several glyphs may show the same characters.</param>
/// <param name="X">Shift to the right of where it would stand.</param>
/// <param name="Y">Shift upwards.</param>
/// <param name="Level">Direction as UAX #9 counts it: odd is right to left.</param>
readonly record struct Glyph(Typeface? Face, uint Id, int Start, int End, float Advance, float X, float Y, byte Level);

/// <summary>Turns text into glyphs: picks fonts, finds right-to-left passages and lets HarfBuzz shape each run.</summary>
/// <remarks>Not safe for use by several threads at once.</remarks>
sealed class TextShaper(InstalledFonts fonts) : IDisposable
{
    /// <summary>Size of the letters that name a character which no font has.</summary>
    public const float CodeSize = 0.5f;

    readonly HarfBuzzSharp.Buffer buffer = new();

    /// <param name="font">Used for every character that it has.</param>
    /// <returns>In reading order.</returns>
    public Glyph[] Shape(string text, Typeface font)
    {
        var glyphs = new List<Glyph>(text.Length);
        var levels = Levels(text);
        Run run = default;
        for (var at = 0; at < text.Length;)
        {
            var element = text.AsSpan(at, StringInfo.GetNextTextElementLength(text.AsSpan(at)));
            var whole = FaceFor(element, font);
            foreach (var rune in element.EnumerateRunes())
            {
                var face = whole ?? (InstalledFonts.IsInvisible(rune) ? run.Face ?? font : fonts.For(rune.ToString()));
                var level = levels.Length == 0 ? (byte)0 : levels[at];
                var script = ScriptOf(rune, run.Script);
                if (at == 0)
                    run = new Run(face, 0, 0, level, script);
                else if (face != run.Face || level != run.Level || script != run.Script)
                {
                    Add(glyphs, text, run with { End = at });
                    run = new Run(face, at, 0, level, script);
                }
                at += rune.Utf16SequenceLength;
            }
        }
        if (text.Length > 0)
            Add(glyphs, text, run with { End = text.Length });
        return [.. glyphs];
    }

    /// <summary>The font for a letter and its marks; null when no font has them all.</summary>
    Typeface? FaceFor(ReadOnlySpan<char> element, Typeface font) => InstalledFonts.Covers(font, element) ? font : fonts.For(element.ToString());

    readonly record struct Run(Typeface? Face, int Start, int End, byte Level, Script Script);

    void Add(List<Glyph> glyphs, string text, Run run)
    {
        if (run.Face is null)
        {
            AddUnknown(glyphs, text, run);
            return;
        }
        buffer.ClearContents();
        buffer.ClusterLevel = ClusterLevel.MonotoneCharacters;
        buffer.AddUtf16(text.AsSpan(), run.Start, run.End - run.Start);
        buffer.Direction = run.Level % 2 == 1 ? Direction.RightToLeft : Direction.LeftToRight;
        buffer.Script = run.Script;
        run.Face.Shape(buffer);
        var infos = buffer.GetGlyphInfoSpan();
        var positions = buffer.GetGlyphPositionSpan();
        if (run.Level % 2 == 1)
            buffer.Reverse();                                      // into reading order; a line turns it round again
        float em = run.Face.UnitsPerEm;
        var first = glyphs.Count;
        for (var i = 0; i < infos.Length; i++)
        {
            var position = positions[i];
            glyphs.Add(new Glyph(run.Face, infos[i].Codepoint, (int)infos[i].Cluster, 0, position.XAdvance / em, position.XOffset / em, position.YOffset / em, run.Level));
        }
        var end = run.End;
        var own = CollectionsMarshal.AsSpan(glyphs)[first..];
        for (var i = own.Length - 1; i >= 0; i--)
        {
            own[i] = own[i] with { End = end };
            if (i > 0 && own[i - 1].Start != own[i].Start)
                end = own[i].Start;
        }
    }

    /// <summary>Characters that no font has: each stands for itself and is drawn as its code point, small.</summary>
    void AddUnknown(List<Glyph> glyphs, string text, Run run)
    {
        for (var at = run.Start; at < run.End;)
        {
            Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out var length);
            var advance = Spelt((uint)rune.Value).Sum(g => g.Advance) * CodeSize;
            glyphs.Add(new Glyph(null, (uint)rune.Value, at, at + length, advance, 0, 0, 0));
            at += length;
        }
    }

    /// <summary>How such a character is drawn: U+1F600, in the text font.</summary>
    public Glyph[] Spelt(uint codePoint) => Shape(string.Create(CultureInfo.InvariantCulture, $"U+{codePoint:X4}"), fonts.Text);

    /// <summary>Scripts that are shaped letter by letter share one run; the others are shaped each by its own rules.</summary>
    static Script ScriptOf(Rune rune, Script current)
    {
        if (rune.Value is < 0x0300 or >= 0x2E80 and < 0xA000 or >= 0x2000 and < 0x2C00 or >= 0xFE30 and < 0xFE70 or >= 0xFF00 and < 0x10000 or >= 0x20000 and < 0x40000)
            return current == default || rune.Value is not (0x200C or 0x200D) ? Script.Han : current;
        var script = UnicodeFunctions.Default.GetScript((uint)rune.Value);
        return script == Script.Common || script == Script.Inherited ? current == default ? Script.Han : current
            : script == Script.Latin || script == Script.Greek || script == Script.Cyrillic ? Script.Han
            : script;
    }

    /// <summary>Directions by UAX #9 without its explicit controls, in a paragraph that runs from left to right; empty when all does.</summary>
    static byte[] Levels(string text)
    {
        var first = 0;
        while (first < text.Length && !IsRightToLeft(text, first))
            first++;
        if (first == text.Length)
            return [];
        var levels = new byte[text.Length];
        byte strong = 0;
        var neutral = -1;                                          // where undecided characters begin
        for (var at = 0; at < text.Length; at++)
        {
            byte? level = IsRightToLeft(text, at) ? (byte)1
                : char.IsDigit(text, at) ? strong == 1 ? (byte)2 : (byte)0
                : char.IsLetter(text, at) || char.IsLowSurrogate(text[at]) ? (byte)0
                : null;
            if (level is not { } own)
            {
                neutral = neutral < 0 ? at : neutral;
                continue;
            }
            if (neutral >= 0 && strong == 1 && own >= 1)
                levels.AsSpan(neutral, at - neutral).Fill(1);
            neutral = -1;
            levels[at] = own;
            if (own != 2)
                strong = own;
        }
        return levels;
    }

    static bool IsRightToLeft(string text, int at)
    {
        var c = text[at];
        if (char.IsLowSurrogate(c) && at > 0)
            c = text[at - 1];
        return c is >= '\u0590' and < '\u0900' or >= '\uFB1D' and < '\uFE00' or >= '\uFE70' and < '\uFEFF' or '\uD802' or '\uD803' or '\uD83A' or '\uD83B'
            && !char.IsDigit(text, at);
    }

    public void Dispose() => buffer.Dispose();
}
