using System.Globalization;

namespace Jiqun.Core.Answers;

/// <summary>An answer, as the value of its field's kind. A closed set.</summary>
public abstract record Value
{
    /// <summary>As a person would write it, in the field's unit.</summary>
    public abstract string Written { get; }

    public sealed override string ToString() => Written;
}

/// <summary>Text of any kind, telephone numbers and addresses among it. Never empty; paragraphs are parted by line feeds.</summary>
public sealed record TextValue(string Text) : Value
{
    public override string Written => Text;
}

/// <summary>A number in the field's unit.</summary>
public sealed record NumberValue(decimal Number) : Value
{
    public override string Written => (Number / 1.0000000000000000000000000000m).ToString(CultureInfo.InvariantCulture);      // without trailing zeros
}

public sealed record DateValue(PartialDate Date) : Value
{
    public override string Written => Date.ToString();
}

/// <summary>What was written cannot be read as the field's kind at all, such as 较高 for a number. Kept, so that nothing is lost.</summary>
public sealed record UnreadableValue(string Text) : Value
{
    public override string Written => Text;
}
