namespace Jiqun.Documents;

/// <summary>A document cannot be read. Caught where documents are opened and turned into a refusal; never seen outside.</summary>
/// <param name="message">Name of the sentence that says why and what to do.</param>
sealed class UnreadableDocumentException(string message, params object?[] arguments) : Exception(message)
{
    public string Code { get; } = message;

    public object?[] Arguments { get; } = arguments;
}
