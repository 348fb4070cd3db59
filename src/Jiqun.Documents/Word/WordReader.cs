using Jiqun.Core;
using Jiqun.Core.Definitions;
using Jiqun.Core.Sheets;

namespace Jiqun.Documents.Word;

/// <summary>Reads a filled form from a Word document (.docx).</summary>
/// <remarks>Safe for use by several threads at once.</remarks>
public sealed class WordReader(Form form)
{
    /// <param name="file">The whole document; must be seekable. Left open.</param>
    /// <param name="today">Beijing date against which “in the future” is judged.</param>
    /// <returns>A refusal when the document cannot be read, or is not this form: why, and what to do.</returns>
    public Outcome<FilledForm> Read(Stream file, DateOnly today) => throw new NotImplementedException(form.Id);
}
