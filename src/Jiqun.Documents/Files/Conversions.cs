namespace Jiqun.Documents.Files;

/// <summary>The old documents of one run, converted in batches, each when its first file is asked for.</summary>
/// <remarks>Safe for use by several threads at once.</remarks>
sealed class Conversions(FormFiles files, LibreOffice office, CancellationToken cancel) : IDisposable
{
    const int BatchSize = 40;

    readonly Lock oneProcess = new();
    readonly Dictionary<FormFile, (Lazy<string> Folder, int Number)> planned = [];
    string? root;

    /// <summary>Announces files, so that many share one process. Before any is asked for.</summary>
    public void Plan(IEnumerable<FormFile> old)
    {
        foreach (var batch in old.Chunk(BatchSize))
            Add(batch);
    }

    /// <summary>The document as .docx; null when LibreOffice could not read it.</summary>
    public Stream? Docx(FormFile file)
    {
        (Lazy<string> Folder, int Number) place;
        lock (planned)
        {
            if (!planned.ContainsKey(file))
                Add([file]);
            place = planned[file];
        }
        var output = LibreOffice.Output(place.Folder.Value, place.Number);
        return File.Exists(output)
            ? new FileStream(output, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.DeleteOnClose)
            : null;
    }

    public void Dispose()
    {
        lock (oneProcess)
        {
            if (root is not null)
                Directory.Delete(root, recursive: true);
            root = null;
        }
    }

    void Add(FormFile[] batch)
    {
        var folder = new Lazy<string>(() => Convert(batch));
        for (var i = 0; i < batch.Length; i++)
            planned[batch[i]] = (folder, i);
    }

    string Convert(FormFile[] batch)
    {
        lock (oneProcess)
        {
            cancel.ThrowIfCancellationRequested();
            root ??= Directory.CreateTempSubdirectory("jiqun-").FullName;
            var folder = Directory.CreateDirectory(Path.Combine(root, Path.GetRandomFileName())).FullName;
            for (var i = 0; i < batch.Length; i++)
                Copy(batch[i], LibreOffice.Input(folder, i));
            office.Convert(folder, batch.Length, cancel);
            return folder;
        }
    }

    void Copy(FormFile file, string to)
    {
        try
        {
            using var content = files.Open(file);
            using var copy = File.Create(to);
            content.Position = 0;
            content.CopyTo(copy);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            File.Delete(to);                                          // gone since it was recognised: it alone lacks an output
        }
    }
}
