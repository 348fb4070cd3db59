using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;

namespace Jiqun.Tests.Portal.Evidence;

/// <summary>The program killed with <c>kill -9</c> in the midst of uploads, several times.</summary>
public sealed class KillTests
{
    const int Clients = 4, Together = 10, InAnEntry = 180;

    /// <summary>More when JIQUN_KILLS is set: each kill costs a start of the program.</summary>
    static readonly (int Kills, int Files) Wanted = Environment.GetEnvironmentVariable("JIQUN_KILLS") is null ? (4, 400) : (10, 1_000);

    static int Kills => Wanted.Kills;

    static int Files => Wanted.Files;

    [Fact]
    public async Task Every_acknowledged_file_is_there_whole_and_nothing_else_is()
    {
        using var folder = await ServeFolder.With(Files / InAnEntry + 10);
        using var client = new ServeClient();
        var dice = new Random(1);
        var acknowledged = new ConcurrentDictionary<string, string>();          // name → digest
        var sent = 0;
        for (var kill = 0; kill <= Kills; kill++)
        {
            using var serving = await ServeProcess.Start(folder.Path);
            client.Address = serving.Address;
            if (kill == 0)
                await client.SignIn();
            IsWhole(folder, acknowledged);
            if (kill == Kills && sent >= Files)
                break;
            var until = kill == Kills ? Files : Files * (kill + 1) / (Kills + 1);
            var stop = new CancellationTokenSource();
            var uploading = Enumerable.Range(0, Clients).Select(_ => Task.Run(async () =>
            {
                while (!stop.IsCancellationRequested && Interlocked.Add(ref sent, Together) - Together is var from && from < (kill == Kills ? Files : int.MaxValue))
                    if (!await Upload(client, folder.Entries[from / InAnEntry % folder.Entries.Count], from, acknowledged))
                        return;
            })).ToArray();
            if (kill < Kills)
            {
                while (Volatile.Read(ref sent) < until && !uploading.All(u => u.IsCompleted))
                    await Task.Delay(5);
                await Task.Delay(dice.Next(0, 50));
                serving.Kill();
            }
            await Task.WhenAll(uploading);
            stop.Dispose();
        }
        Assert.True(acknowledged.Count > Files - Kills * Clients * Together - Together, $"Only {acknowledged.Count} files were acknowledged.");
    }

    /// <returns>False when the server is gone.</returns>
    static async Task<bool> Upload(ServeClient client, Guid entry, int from, ConcurrentDictionary<string, string> acknowledged)
    {
        var files = Enumerable.Range(from, Together).Select(i => (Name: $"{i}.pdf", Content: Content(i))).ToList();
        try
        {
            var (status, page) = await client.Upload($"/entries/{entry}/evidence", files);
            Assert.True(status is HttpStatusCode.Redirect, page);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return false;
        }
        foreach (var (name, content) in files)
            acknowledged[name] = Convert.ToHexStringLower(SHA256.HashData(content));
        return true;
    }

    /// <summary>Mostly small, some of more than a part; every fifth has been sent before.</summary>
    static byte[] Content(int number)
    {
        var dice = new Random(number % 5 == 4 ? number / 50 : number);
        var content = new byte[dice.Next(100) switch { 0 => dice.Next(1 << 20, 2 << 20), < 25 => dice.Next(10_000, 60_000), _ => dice.Next(10, 4000) }];
        dice.NextBytes(content);
        "%PDF-1.4"u8.CopyTo(content);
        return content;
    }

    static void IsWhole(ServeFolder folder, ConcurrentDictionary<string, string> acknowledged)
    {
        folder.IsSound(hasFiles: true);
        Dictionary<string, (IncrementalHash Hash, long Size)> contents = [];
        foreach (var (digest, bytes) in folder.Rows("SELECT digest, bytes FROM blob_part ORDER BY digest, number", r => (r.GetString(0), (byte[])r[1])))
        {
            if (!contents.TryGetValue(digest, out var content))
                content = (IncrementalHash.CreateHash(HashAlgorithmName.SHA256), 0);
            content.Hash.AppendData(bytes);
            contents[digest] = (content.Hash, content.Size + bytes.Length);
        }
        Assert.All(contents, c => Assert.Equal(c.Key, Convert.ToHexStringLower(c.Value.Hash.GetHashAndReset())));
        Assert.Equal(contents.Select(c => (c.Key, c.Value.Size)).Order(), folder.Rows("SELECT digest, size FROM blob", r => (r.GetString(0), r.GetInt64(1))).Order());
        var files = folder.Rows("SELECT name, digest, size FROM evidence", r => (Name: r.GetString(0), Digest: r.GetString(1), Size: r.GetInt64(2)));
        Assert.Empty(contents.Keys.Except(files.Select(f => f.Digest)));
        Assert.All(files, f => Assert.Equal(contents[f.Digest].Size, f.Size));
        var there = files.ToDictionary(f => f.Name, f => f.Digest);
        Assert.All(acknowledged, a => Assert.Equal(a.Value, there.GetValueOrDefault(a.Key)));
        foreach (var (hash, _) in contents.Values)
            hash.Dispose();
    }
}
