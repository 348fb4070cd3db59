namespace Jiqun.Core.Definitions;

/// <summary>A form definition is wrong: our own mistake, never a user's. Says where, and what was expected.</summary>
/// <param name="file">Path of the definition, as in the repository.</param>
/// <param name="line">From 1.</param>
/// <param name="column">From 1.</param>
public sealed class FormDefinitionException(string file, long line, long column, string what) : Exception($"{file}:{line}:{column}: {what}");
