using Jiqun.Core.Definitions;

namespace Jiqun.Core.Answers;

/// <summary>What a person wrote into a field, as the value of the field's kind, and what was noticed on the way.</summary>
/// <param name="Value">Null when nothing was written, or only a word for nothing.</param>
public sealed record Reading(Value? Value, IReadOnlyList<Finding> Findings)
{
    /// <summary>Reads an answer as people write it.</summary>
    /// <param name="written">Without label and hint; paragraphs parted by line feeds.</param>
    public static Reading Of(Field field, string written) => throw new NotImplementedException();
}
