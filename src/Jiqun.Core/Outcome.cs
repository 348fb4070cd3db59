using System.Diagnostics.CodeAnalysis;

namespace Jiqun.Core;

/// <summary>A value, or why there is none: an operation that a person asked for and that was refused.</summary>
public sealed record Outcome<T>
    where T : notnull
{
    Outcome(T? value, IReadOnlyList<Finding>? refusal) => (Value, Refusal) = (value, refusal);

    /// <summary>Null exactly when refused.</summary>
    public T? Value { get; }

    /// <summary>Every reason, never only the first; null exactly when not refused.</summary>
    public IReadOnlyList<Finding>? Refusal { get; }

    [MemberNotNullWhen(true, nameof(Refusal))]
    [MemberNotNullWhen(false, nameof(Value))]
    public bool Refused => Refusal is not null;

    public static implicit operator Outcome<T>(T value) => new(value, null);

    public static implicit operator Outcome<T>(Finding reason) => new(default, [reason]);

    public static implicit operator Outcome<T>(List<Finding> reasons) => new(default, reasons);
}
