using System.Text;

namespace Jiqun.Core.Answers;

/// <summary>字数 as Word counts it: every Chinese character or full-width mark is one, every run of other characters without a blank is one.</summary>
/// <remarks>Marks whose width depends on the font (“”‘’—…·×℃) count as full-width, which is the stricter reading.</remarks>
public static class WordCount
{
    /// <summary>字数.</summary>
    public static int Of(string text)
    {
        var words = 0;
        var inRun = false;
        for (var i = 0; i < text.Length; i++)
        {
            int c = text[i];
            if (c is >= 0x3001 and <= 0x9FFF)                  // ideographs and their punctuation first: most of every text
            {
                words++;
                inRun = false;
                continue;
            }
            if (char.IsSurrogate((char)c))
            {
                Rune.DecodeFromUtf16(text.AsSpan(i), out var rune, out var used);
                c = rune.Value;
                i += used - 1;
            }
            if (IsNothing(c))
                continue;
            else if (c <= char.MaxValue && char.IsWhiteSpace((char)c))
                inRun = false;
            else if (IsWide(c))
            {
                words++;
                inRun = false;
            }
            else if (!inRun)
            {
                words++;
                inRun = true;
            }
        }
        return words;
    }

    /// <summary>字符数（不计空格）: code points that are not blanks.</summary>
    public static int Characters(string text)
    {
        var characters = 0;
        foreach (var rune in text.EnumerateRunes())
            if (!Rune.IsWhiteSpace(rune) && !IsNothing(rune.Value))
                characters++;
        return characters;
    }

    /// <summary>Zero-width blanks and joiners, which nobody sees.</summary>
    static bool IsNothing(int c) => c is (>= 0x200B and <= 0x200D) or 0x2060 or 0xFEFF or (>= 0xFE00 and <= 0xFE0F);

    static bool IsWide(int c) => c switch
    {
        < 0x2E80 => c is '“' or '”' or '‘' or '’' or '—' or '…' or '·' or '×' or '℃' or (>= 0x1100 and <= 0x11FF),
        <= 0xA4CF => true,                                 // radicals, punctuation, kana, ideographs
        >= 0xAC00 and <= 0xD7A3 => true,
        >= 0xF900 and <= 0xFAFF => true,
        >= 0xFE10 and <= 0xFE6F => true,
        >= 0xFF01 and <= 0xFF60 => true,
        >= 0xFFE0 and <= 0xFFE6 => true,
        >= 0x20000 and <= 0x3FFFD => true,
        _ => false,
    };
}
