using System.Collections.Concurrent;
using System.Globalization;
using Jiqun.Core;
using Jiqun.Core.Definitions;
using Jiqun.Core.Sheets;
using Jiqun.Documents.Files;
using Jiqun.Documents.Word;
using Jiqun.Portal.Jobs;

namespace Jiqun.Portal.Evidence;

/// <summary>Reads filled forms that people upload, as the command line does.</summary>
sealed class FilledFiles : IDisposable
{
    /// <summary>Read at once: each may take tens of megabytes, and LibreOffice a processor.</summary>
    readonly SemaphoreSlim places = new(2);

    readonly LibreOffice? office = LibreOffice.Installed();

    const int MostRecent = 50;

    /// <summary>What was read last: who uploads a form looks at it next, and an old one takes LibreOffice seconds.</summary>
    readonly ConcurrentDictionary<(string Digest, string Form, string Language, DateOnly Today), FilledForm> recent = new();

    /// <param name="content">Seekable.</param>
    /// <param name="quietly">Nobody waits for it: it gives way to those who answer requests.</param>
    /// <returns>A refusal when it is not this form, or cannot be read: why, and what to do.</returns>
    public async Task<Outcome<FilledForm>> Read(Form form, EvidenceKind kind, Stream content, DateOnly today, CancellationToken cancel, bool quietly = false)
    {
        var key = (await Blobs.Digest(content, cancel), form.Digest, CultureInfo.CurrentUICulture.Name, today);
        if (recent.TryGetValue(key, out var known))
            return known;
        var read = await ReadAnew(form, kind, content, today, quietly, cancel);
        if (!read.Refused)
        {
            if (recent.Count >= MostRecent)
                recent.Clear();
            recent[key] = read.Value;
        }
        return read;
    }

    async Task<Outcome<FilledForm>> ReadAnew(Form form, EvidenceKind kind, Stream content, DateOnly today, bool quietly, CancellationToken cancel)
    {
        await places.WaitAsync(cancel);
        var folder = Directory.CreateTempSubdirectory("jiqun-");
        try
        {
            var path = Path.Combine(folder.FullName, kind is EvidenceKind.Word ? "form.docx" : "form.doc");
            content.Position = 0;
            await using (var file = File.Create(path))
                await content.CopyToAsync(file, cancel);
            return await (quietly ? QuietThread.Run(Work) : Task.Run(Work, cancel));

            Outcome<FilledForm> Work()
            {
                var word = new WordReader(form);
                using var files = FormFiles.Under([path], cancel);
                using var reader = new FormFileReader(files, docx => word.Read(docx, today), office, cancel);
                return reader.Read(files.All[0]);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
            places.Release();
        }
    }

    public void Dispose() => places.Dispose();
}
