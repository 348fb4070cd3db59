namespace Jiqun.Core;

/// <summary>How much a finding matters.</summary>
public enum Severity
{
    /// <summary>提示: may be kept, with a written explanation (情况说明).</summary>
    Warning,

    /// <summary>错误: must be mended before the form can be submitted.</summary>
    Error,
}

/// <summary>校验结果: one thing that was found, which a person can put right.</summary>
/// <param name="Code">Stable name of the kind of finding (<c>required</c>, <c>too-long</c> …); tests and programs rely on it.</param>
/// <param name="Field">Id of the field it stands on; null when it belongs to no field.</param>
/// <param name="Message">What is wrong, with the value, and how to mend it, in the language of the reader. May change between releases.</param>
/// <param name="Value">What was written, as far as it is known; null when nothing was.</param>
public sealed record Finding(Severity Severity, string Code, string? Field, string Message, string? Value = null)
{
    public static Finding Error(string code, string? field, string message, string? value = null) =>
        new(Severity.Error, code, field, message, value);

    public static Finding Warning(string code, string? field, string message, string? value = null) =>
        new(Severity.Warning, code, field, message, value);
}
