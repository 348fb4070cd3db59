using System.Xml;
using Jiqun.Core;
using Jiqun.Core.Definitions;
using Jiqun.Core.Sheets;

namespace Jiqun.Documents.Word;

/// <summary>Reads a filled form from a Word document (.docx).</summary>
/// <remarks>Safe for use by several threads at once.</remarks>
public sealed class WordReader(Form form)
{
    readonly SheetReader sheet = new(form);
    readonly AnswerMarks marks = new(form);

    /// <param name="file">The whole document; must be seekable. Left open.</param>
    /// <param name="today">Beijing date against which “in the future” is judged.</param>
    /// <returns>A refusal when the document cannot be read, or is not this form: why, and what to do.</returns>
    public Outcome<FilledForm> Read(Stream file, DateOnly today)
    {
        try
        {
            return sheet.Read(WordGrid.Read(file, marks), today);
        }
        catch (UnreadableDocumentException why)
        {
            return Refused(why.Code, why.Arguments);
        }
        catch (XmlException why)
        {
            return why.Message.Contains("DTD", StringComparison.Ordinal) ? Refused("word.dtd") : Refused("word.damaged-xml", why.LineNumber, why.LinePosition);
        }
        catch (Exception why) when (why is InvalidDataException or EndOfStreamException)
        {
            return Refused("word.damaged");
        }
    }

    static Finding Refused(string code, params object?[] arguments) => Finding.Error(code, null, Messages.Of(code, arguments));
}
