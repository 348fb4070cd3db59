using Jiqun.Core;

namespace Jiqun.Documents.Files;

/// <summary>A file that may hold a filled form, on disk or in a zip archive.</summary>
/// <param name="Name">As shown to people: relative to the argument it came from, inside an archive <c>a.zip/b.docx</c>. A label, never a path.</param>
/// <param name="Path">Full path of the file, or of the archive that holds it.</param>
/// <param name="Entry">Its number in the archive, from 0; null for a file on disk.</param>
/// <param name="Problem">Why it cannot be read, known before opening it; else null.</param>
/// <param name="Unpacked">Bytes that it unpacks to in memory, as an archive declares; 0 for a file on disk.</param>
public sealed record FormFile(string Name, string Path, int? Entry = null, Finding? Problem = null, long Unpacked = 0);
